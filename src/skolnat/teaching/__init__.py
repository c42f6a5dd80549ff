"""Teaching: groups, combined grades, hours, and what cooperation adds to the range."""
