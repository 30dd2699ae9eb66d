"""Records findings, takes their steps, and reads them in from reports and runs."""
