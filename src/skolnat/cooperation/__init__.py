"""What a group of municipalities gains together, and how to share it fairly."""
