"""A household's bank: accounts, payees, transfers, standing orders, bills in a folder, messages, and the profile."""
