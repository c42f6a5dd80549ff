"""Who answers what, in which languages, and the way of a question to one who can answer it."""
