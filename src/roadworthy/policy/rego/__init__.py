"""Resolved policies as Rego modules, with tests: what Open Policy Agent needs in order to decide as we do."""
