"""Content types and the form in which a spec writes examples."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

JSON_TYPES = ("application/json", "text/json", "*/*", "application/*")


def is_json(content_type: str) -> bool:
    """Return whether a content type is JSON."""
    plain = _plain(content_type)
    return plain in JSON_TYPES or plain.endswith("+json")


def preferred_type(types: Sequence[str]) -> str:
    """Return the most useful content type: JSON, then forms, then text, then the first one."""

    def rank(name: str) -> int:
        plain = _plain(name)
        if is_json(plain):
            return JSON_TYPES.index(plain) if plain in JSON_TYPES else len(JSON_TYPES)
        if "form" in plain:
            return 10
        return 11 if "xml" in plain or plain.startswith("text/") else 12

    return min(types, key=rank)


def as_body(value: Any, content_type: str) -> Any:
    """Return an example as the spec writes it: a form as text, JSON given as a text as its value, anything else unchanged."""
    if _plain(content_type) == "application/x-www-form-urlencoded" and isinstance(value, dict):
        pairs = [
            (key, each if isinstance(each, str) else json.dumps(each, ensure_ascii=False))
            for key, each in value.items()
        ]
        return urlencode(pairs, safe="+:/@*{}", encoding="utf-8", errors="replace")
    if is_json(content_type) and isinstance(value, str) and value.strip()[:1] in ("{", "["):
        try:
            parsed = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return parsed if isinstance(parsed, (dict, list)) else value
    return value


def _plain(content_type: str) -> str:
    return content_type.split(";", maxsplit=1)[0].strip().lower()
