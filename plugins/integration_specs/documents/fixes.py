"""Automatic fixes: each finding may carry the text to write in place of its span."""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path

from integration_specs.findings import Finding

from .atomic_write import BYTE_ORDER_MARK, refuse_change, write_atomic
from .loading import load_raw, load_raw_text
from .redaction import redact


def fixed_text(text: str, findings: Iterable[Finding], shown: str | None = None) -> str:
    """Return `text` with each fix in place of its finding's span; of fixes that overlap only the first is applied.

    `shown` is the text that the findings are about, if it is redacted: no fix is applied where the two differ.
    """
    # Lines as spans count them: a carriage return belongs to the line before its line feed.
    starts = [0, *accumulate(len(line) for line in re.findall(r"[^\n]*\n", text))]
    pieces: list[str] = []
    done = 0
    fixes = [(each.fix_span or each.span, each.fix) for each in findings if each.fix is not None]
    ending = "\r\n" if "\r\n" in text else "\n"
    for span, fix in sorted(fixes):
        if span.end_line > len(starts):
            continue
        start = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        if start >= done and (shown is None or text[start:end] == shown[start:end]):
            pieces += text[done:start], re.sub(r"\r?\n", ending, fix)
            done = end
    return "".join((*pieces, text[done:]))


def fix_file(path: Path, findings: Sequence[Finding], shown: str | None = None) -> int:
    """Write the fixes of findings about `path` into it, and return how many.

    `shown` is the redacted text that the findings are about. If a file could be read as YAML before and no longer after, those
    fixes are left out that do not fit to the ones before them. Raises `OSError`; then `path` is unchanged.
    """
    document = load_raw(path, path.name)
    redacted = redact(document).text
    if shown is not None:
        refuse_change(path, shown, redacted)
    applied = [each for each in findings if each.fix is not None]
    text = fixed_text(document.text, applied, redacted)
    if document.data is not None and load_raw_text(text, path.name).data is None:
        wanted, applied, text = applied, [], document.text
        for finding in wanted:
            tried = fixed_text(document.text, [*applied, finding], redacted)
            if load_raw_text(tried, path.name).data is not None:
                applied, text = [*applied, finding], tried
    if not document.text or text == document.text:
        return 0
    mark = BYTE_ORDER_MARK if path.read_bytes().startswith(BYTE_ORDER_MARK) else b""
    write_atomic(path, mark + text.encode(), document.text)
    return len(applied)
