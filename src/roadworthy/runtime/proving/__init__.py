"""Whether controls catch what they claim to: mistakes are planted into a copy of the system, and the gate is asked."""
