"""Pages of discussions: to read and write, to change and report, to moderate, to follow."""
