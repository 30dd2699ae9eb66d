"""Policy packs, legal tables and the threat catalogue: data that people edit, no code."""
