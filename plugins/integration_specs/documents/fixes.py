"""Apply the fixes of findings to files."""

import re
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

from integration_specs.findings import Finding

from . import load, load_text
from .atomic_write import write_atomic

_MARK = b"\xef\xbb\xbf"


def fixed_text(text: str, findings: Iterable[Finding]) -> str:
    """Return `text` with the span of each finding replaced by its fix. Of two that overlap, only the first is applied."""
    # Lines as spans count them: a carriage return belongs to the line before its line feed.
    starts = [0, *accumulate(len(line) for line in re.findall(r"[^\n]*\n", text))]
    pieces: list[str] = []
    done = 0
    for finding in sorted((each for each in findings if each.fix is not None), key=lambda each: each.span):
        span = finding.span
        if span.end_line > len(starts):
            continue
        start = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        if start >= done:
            pieces += text[done:start], finding.fix or ""
            done = end
    return "".join((*pieces, text[done:]))


def fix_file(path: Path, findings: Iterable[Finding]) -> bool:
    """Apply the fixes of findings to their file. Return whether it changed.

    Nothing is written if the file would no longer be readable, which would be a bug. Raises `OSError`; then the file is
    unchanged.
    """
    document = load(path, path.name)
    text = fixed_text(document.text, findings)
    if not document.text or text == document.text:
        return False
    if load_text(text, path.name).data is None and document.data is not None:
        return False
    mark = _MARK if path.read_bytes().startswith(_MARK) else b""
    write_atomic(path, mark + text.encode())
    return True
