"""Functions, generators and callables of an application, guarded."""
