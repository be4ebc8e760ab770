"""`fmt`: whatever the text, it is refused and left alone, or written so that it says the same, and then stays."""

from integration_specs.documents import load_text
from integration_specs.formatting import FormatError, format_document
from integration_specs.validation.schema import read_schema

SCHEMA = read_schema()
SEEDS = (
    "# head\nsystem: Acme  # beside\ntype: API\n\nstatus: draft\n# before tags\ntags:\n  - a # one\n  # between\n  - 'b'\n# end\n",
    "system: A\npurpose:\n  why: |\n    Some *text*\n\n    more\n  business_value: >-\n    folded\n    text\nx-a: {b: [1, 2.50, no], 'c d': ~}\n",
    "endpoints:\n  - path: /a\n    method: GET\n    # note\n    response:\n      example: {\"a\": [1, {b: c}], \"d\": \"x\\ty\"}\n      status: 200\n",
    "x-date: 2026-01-02\nx-on: on\nx-num: 017\nx-q: \"it's\"\nx-l: []\nx-m: {}\nx-t: 22:30\nx-s: '# no comment'\n",
    "\ufeffsystem: A\r\ntype: API\r\n# c\r\nstatus: draft\r\n",
)  # fmt: skip


def run(text: str) -> None:
    """Format the text, twice."""
    document = load_text(text, "x.yaml")
    if document.data is None:
        return
    try:
        once = format_document(document, SCHEMA)
    except FormatError:
        return
    again = load_text(once, "x.yaml")
    assert again.data == document.data, "the same values"
    assert repr(_sorted(again.data)) == repr(_sorted(document.data)), "of the same types"
    assert format_document(again, SCHEMA) == once, "formatting twice is formatting once"


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return sorted((key, _sorted(item)) for key, item in value.items())
    return [_sorted(item) for item in value] if isinstance(value, list) else value
