"""How dangerous a system is: legal class, tier, threats, open risks; each with facts, rule and source."""
