"""Exports of decided releases in other people's formats."""
