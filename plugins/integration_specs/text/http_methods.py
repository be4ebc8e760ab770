"""The HTTP methods: the one list of the package."""

METHODS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY")
"""In the order of OpenAPI 3.2, which adds QUERY."""

READ_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "QUERY"))
"""Methods that change nothing."""
