"""The packages of model services, each guarded where its messages pass: at its HTTP client."""
