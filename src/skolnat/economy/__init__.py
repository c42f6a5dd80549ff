"""Money: what units, groups, journeys and agreements cost, and who pays."""
