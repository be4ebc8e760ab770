"""The text inside the values of a spec, for search: without marks, and of examples only the keys."""

import re
from typing import Any

_PARAGRAPHS = re.compile(r"\n(?=\s*(?:[-*] |\d+[.)] |\n))")


def plain_text(value: Any) -> str:
    """Return all text inside a value for search, a small object on one line and each line once; of examples only the keys."""
    lines = (" ".join(line.replace("`", "").split()).removeprefix("- ") for line in _lines(value))
    return "\n".join(dict.fromkeys(filter(None, lines)))


def plain_words(value: Any) -> list[str]:
    """Return the words of `plain_text`, which takes longer: it looks at each line."""
    return " ".join(_lines(value)).replace("`", "").split()


def _lines(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    items = value.items() if isinstance(value, dict) else [("", each) for each in listed]
    flat: list[str] = []
    nested: list[str] = []
    for key, item in items:
        is_opaque = key == "example" or key.startswith("x-")
        if not isinstance(item, dict | list):
            texts = _texts({key: item} if is_opaque else item)
            flat += (f"\n\n{text}" if "\n" in text else text for text in texts)
        elif is_opaque:
            nested.append(" ".join(dict.fromkeys(_texts({key: item}))))
        else:
            nested += _lines(item)
    return [*_PARAGRAPHS.split(" ".join(flat)), *nested]


def _texts(value: Any, only_keys: bool = False) -> list[str]:
    if isinstance(value, str):
        return [] if only_keys else [str(value)]
    if isinstance(value, dict):
        found = []
        for key, item in value.items():
            if only_keys or key.startswith("x-"):
                found.append(key)
            found += _texts(item, only_keys or key == "example")
        return found
    if isinstance(value, list):
        return [text for item in value for text in _texts(item, only_keys)]
    return [] if value is None or only_keys or isinstance(value, bool) else [str(value)]
