"""Rails for what is retrieved: who may read it, where it is from, what it tries to order, and what is cited of it."""
