"""What one decides, and the tables in which a priced plan is told."""
