"""The user's template, both ways: specs as Markdown under its ten headings, and filled Markdown as spec values.

`write` makes what `read` gives back: each value is written in the most readable way that is read as the same value, and where
no readable way would be, as JSON in a fence marked `json value`. Titles, order and the template's own words come from the schema.
"""

EXACT_JSON = "json value"
"""What stands behind the fence of a value that is written as JSON because words would not bring it back."""
IMPORTED = "x-imported"
"""The note that keeps what has no place."""
