"""The plan against the rules: every breach with its paragraph, place and number of pupils."""
