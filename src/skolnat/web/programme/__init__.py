"""The programme that municipalities go through together: one Django app a subject."""
