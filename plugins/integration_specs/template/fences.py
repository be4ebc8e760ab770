"""What stands in fences: examples, and values that are written as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from . import EXACT_JSON
from .blocks import Block, Lines, join_lines
from .inline_values import ABSENT, is_placeholder


def read_fence(info: str, lines: Lines) -> Any:
    """The example in a fence: JSON when it is JSON, else its text; `ABSENT` when nobody filled it in.

    A text of several lines ends with a line break; one of a single line does when an empty line follows it.
    """
    text = join_lines(lines)
    if info == EXACT_JSON:
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


def read_exact_json(rest: str, blocks: Sequence[Block]) -> Any:
    """The value of a fence that is marked as exact and stands alone; `ABSENT` otherwise."""
    if rest or len(blocks) != 1 or blocks[0].kind != "fence" or blocks[0].head != EXACT_JSON:
        return ABSENT
    return _json(join_lines(blocks[0].body))
