"""People: accounts, roles, municipalities and who belongs to them."""
