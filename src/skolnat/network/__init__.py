"""The network of schools: build its markets, evaluate a plan, find one, prove how good it is."""
