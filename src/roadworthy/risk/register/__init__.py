"""The risk register: what may go wrong, who answers for it, how it is treated, what is left, who accepted that."""
