"""Read the contents of fences: examples, and values written as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from . import EXACT_JSON
from .blocks import Block, Lines, join_lines
from .inline_values import ABSENT, is_placeholder


def read_fence(info: str, lines: Lines) -> Any:
    """Return the example in a fence: a JSON value, otherwise text; `ABSENT` if it is not filled in.

    Text of several lines ends with a line break; a single line does if an empty line follows it.
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
        raise ValueError("duplicate key")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def read_exact_json(rest: str, blocks: Sequence[Block]) -> Any:
    """Return the value of a single fence marked as exact; `ABSENT` otherwise."""
    if rest or len(blocks) != 1 or blocks[0].kind != "fence" or blocks[0].head != EXACT_JSON:
        return ABSENT
    return _json(join_lines(blocks[0].body))
