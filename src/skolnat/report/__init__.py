"""The decision report of a study: tables, figures and maps that a council can decide from."""
