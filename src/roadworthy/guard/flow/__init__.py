"""Information flow: where each value of a run comes from, how secret it is, and what it turns up in again."""
