"""The route-and-role table, a module an app; each holds ``ROUTES``."""
