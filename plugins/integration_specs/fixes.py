"""Findings that carry their own mending, put into the text."""

import re
from collections.abc import Iterable
from itertools import accumulate

from .findings import Finding


def fixed_text(text: str, findings: Iterable[Finding]) -> str:
    """`text` with the fix of each finding in the place of its span; of two that overlap only the first is made."""
    # Lines as spans count them: a carriage return belongs to the line before its line feed.
    starts = [0, *accumulate(len(line) for line in re.findall(r"[^\n]*\n", text))]
    pieces: list[str] = []
    done = 0
    for finding in sorted((each for each in findings if each.fix is not None), key=lambda each: each.span):
        span = finding.span
        start = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        if start >= done:
            pieces += text[done:start], finding.fix or ""
            done = end
    return "".join((*pieces, text[done:]))
