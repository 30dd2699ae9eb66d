"""What people and later knowledge do to a decision: exceptions, consent, recalls, and whether it is still in force."""
