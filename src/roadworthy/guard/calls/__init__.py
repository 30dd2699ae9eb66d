"""Tool calls: which of them may be made, with which values, by whose word, how often and after what."""
