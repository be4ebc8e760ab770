"""What stands in fences: examples, and values that are written as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from . import EXACT
from .outline import Block, Lines, joined
from .values import ABSENT, is_placeholder


def read_body(info: str, lines: Lines) -> Any:
    """The example in a fence: JSON when it is JSON, else its text; `ABSENT` when nobody filled it in.

    A text of several lines ends with a line break; one of a single line does when an empty line follows it.
    """
    text = joined(lines)
    if info == EXACT:
        return _json(text)
    language = info.split(" ", maxsplit=1)[0].lower()
    if is_placeholder(text.strip()) or not text.strip():
        return ABSENT
    if language in ("", "json", "jsonc", "json5", "js", "javascript"):
        value = _json(text)
        if value is not ABSENT and (language == "json" or isinstance(value, (dict, list))):
            return value
    return f"{text}\n" if len(lines) > 1 and lines[-1].text else text


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return ABSENT


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def exact_value(rest: str, blocks: Sequence[Block]) -> Any:
    """The value of a fence that is marked as exact and stands alone; `ABSENT` otherwise."""
    if rest or len(blocks) != 1 or blocks[0].kind != "fence" or blocks[0].head != EXACT:
        return ABSENT
    return _json(joined(blocks[0].body))
