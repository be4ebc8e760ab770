"""JSON values from text and as indented text."""

import json
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any

_WORDS = {None: "null", True: "true", False: "false"}

quoted: Callable[[str], str] = encode_basestring
"""Return a text as a JSON string; letters that are not ASCII stay as they are."""


def read_json(text: str) -> Any:
    """Return the value of a JSON text; any other text unchanged."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def plain_json(value: Any) -> str:
    """Return a number, a word or an empty container as JSON."""
    return _WORDS[value] if value is None or value.__class__ is bool else repr(value)


def indented_json(
    value: Any,
    key: Callable[[str], str] = quoted,
    text: Callable[[str], str] = quoted,
    other: Callable[[Any], str] = plain_json,
    line: str = "\n",
) -> str:
    """Return a value on lines that are indented by two spaces.

    Equal to `json.dumps(value, ensure_ascii=False, indent=2)`, which Python runs without its C code.
    `key`, `text` and `other` return keys, strings, and numbers and words, as they are written. `line` begins a line.
    """
    if isinstance(value, str):
        return text(value)
    inner = f"{line}  "
    if isinstance(value, dict) and value:
        parts = [
            f"{inner}{key(name)}: {text(item) if item.__class__ is str else indented_json(item, key, text, other, inner)}"
            for name, item in value.items()
        ]
        return f"{{{','.join(parts)}{line}}}"
    if isinstance(value, list) and value:
        parts = [inner + indented_json(item, key, text, other, inner) for item in value]
        return f"[{','.join(parts)}{line}]"
    return other(value)
