"""Values in fences: exact JSON, and examples."""

from collections.abc import Sequence
from typing import Any

from . import EXACT_JSON
from .blocks import Block, Lines, blocks_of, join_lines
from .inline_values import ABSENT, read_example, read_json, strip_code_span


def read_exact(rest: str, blocks: Sequence[Block]) -> Any:
    """Return the value of a single fence marked as exact; `ABSENT` otherwise."""
    is_exact = not rest and len(blocks) == 1 and blocks[0].kind == "fence" and blocks[0].head == EXACT_JSON
    return read_json(join_lines(blocks[0].body)) if is_exact else ABSENT


def example_in(lines: Lines) -> Any:
    """Return the example in a fence or a line of code."""
    blocks = blocks_of(lines)
    if len(blocks) == 1 and blocks[0].kind == "fence":
        return read_block(blocks[0])
    text = join_lines(lines).strip()
    return read_example(strip_code_span(text)) if strip_code_span(text) != text else ABSENT


def read_block(fence: Block) -> Any:
    """Return the example in a fence."""
    text = join_lines(fence.body)
    return read_json(text) if fence.head == EXACT_JSON else read_example(text, fence.head)
