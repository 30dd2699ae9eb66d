"""Archives in which a pipeline keeps a ledger and its runs from one job to the next."""
