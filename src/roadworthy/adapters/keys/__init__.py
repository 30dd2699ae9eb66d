"""Keys of people and of the team: read, held against signatures, and used to sign."""
