"""The Markdown template in both directions: writes specs as Markdown and reads filled templates.

`write` uses the most readable form that `read` returns unchanged, or else JSON in a fence marked `json value`. Titles, order and
wording come from the schema.

May import `formatting` and the layers below.
"""

EXACT_JSON = "json value"
"""What stands behind the fence of a value that is written as JSON because words would not bring it back."""
IMPORTED = "x-imported"
"""The note that keeps what has no place."""
