"""The frameworks that links may name. Numbers are facts; no framework's text is here, and topics are our own words."""
