"""Reviews of systems: intake, triage, questions, clocks, decision."""
