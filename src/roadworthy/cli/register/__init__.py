"""``rw threats``, ``rw risk …`` and ``rw vendor …``: what may go wrong, who answers for it, and whom we rely on."""
