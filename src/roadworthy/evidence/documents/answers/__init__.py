"""Answers to questionnaires, from facts and evidence, never from hope."""
