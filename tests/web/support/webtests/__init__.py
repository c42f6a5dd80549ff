"""What tests of the web share and import."""
