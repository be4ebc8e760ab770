"""The Markdown template in both directions: writes specs as Markdown and reads filled templates.

`write` uses the most readable form that `read` returns unchanged, or else JSON in a fence marked `json value`. Titles, order and
wording come from the schema.

May import `formatting` and the layers below.
"""

EXACT_JSON = "json value"
"""The info string of a fence with a value that no readable form would bring back."""
IMPORTED = "x-imported"
"""The note for text that has no field."""
