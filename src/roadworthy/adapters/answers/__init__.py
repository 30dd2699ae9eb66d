"""Reads customers' questionnaires and our answer library, and writes answers back into the customer's file."""
