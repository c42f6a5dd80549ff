"""What every room may use: faults in plain words, and the three languages."""
