"""Makes of rules as people write them rules that can be asked, indexed by what triggers them."""
