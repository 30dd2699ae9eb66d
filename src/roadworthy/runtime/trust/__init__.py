"""Who said what, signed with which key, and which keys are believed."""
