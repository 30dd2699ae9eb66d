"""What is done with packs: read, shown, checked, tested, compared, replayed, signed and handed on."""
