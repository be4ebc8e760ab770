"""Document, validate, compare and publish the integrations with third-party systems."""

__version__ = "0.1.0"
