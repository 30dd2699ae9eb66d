"""How personal data are written: tables of forms and of the words that stand beside them, and nothing that decides."""
