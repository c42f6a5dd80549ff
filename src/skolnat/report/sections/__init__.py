"""The sections of the report, one module for what is read together."""
