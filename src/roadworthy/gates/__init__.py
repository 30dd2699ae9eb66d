"""Which checks a release still needs, and whether it may ship: functions of their arguments."""
