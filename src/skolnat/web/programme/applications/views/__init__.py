"""Pages of the app, a module a subject."""
