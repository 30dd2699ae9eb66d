"""Commands for other people's formats of a decided release, and for signatures over models."""
