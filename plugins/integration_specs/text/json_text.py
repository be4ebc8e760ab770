"""JSON values as indented text: equal to `json.dumps(value, ensure_ascii=False, indent=2)`, which Python runs without its C code."""

import json
from collections.abc import Callable
from json.encoder import encode_basestring  # type: ignore[attr-defined]  # typeshed does not list it
from typing import Any

quoted: Callable[[str], str] = encode_basestring
"""Return a text as a JSON string; letters that are not ASCII stay as they are."""


def indented_json(
    value: Any,
    key: Callable[[str], str] = quoted,
    text: Callable[[str], str] = quoted,
    other: Callable[[Any], str] = json.dumps,
    line: str = "\n",
) -> str:
    """Return a value on lines that are indented by two spaces.

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
