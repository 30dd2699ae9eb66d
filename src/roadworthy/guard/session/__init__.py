"""A run under a policy, from the user's first word to the last tool call: what an application holds in its hand."""
