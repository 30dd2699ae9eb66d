"""The command line: results to stdout, notes to stderr, one exit code for each kind of answer."""
