"""What every app of the web stands on: texts in three languages, letters, audit, schedule, page."""
