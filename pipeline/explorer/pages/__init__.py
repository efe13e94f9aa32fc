"""The views, a module each with its ``ROUTES``."""
