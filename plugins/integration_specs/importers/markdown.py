"""Import the filled Markdown template."""

import re
import stat
from pathlib import Path

from integration_specs.findings import Span
from integration_specs.template.markdown_document import read_document

from . import KEPT, MADE_UP, Import, ImportOptions, fault, note
from ._clean_text import clean

_MAX_BYTES = 2 << 20
_MIN_SECTIONS = 3
_LINE_SEPARATORS = re.compile("[\x85\u2028\u2029]")
"""Pasted from word processors; editors and Markdown count no line for them."""


def read(path: Path, options: ImportOptions) -> Import:
    """Return the spec of a filled template. Raises `ImportFault` if the file is not text or hardly has the template's headings."""
    text = _text(path, options)
    try:
        parsed = read_document(options.schema, text, options.owners)
    except RecursionError:
        raise fault(options, "lists are nested too deeply", help="Use fewer levels.") from None
    total = len(options.schema.sections)
    summary = f"{parsed.sections} of {total} sections of the template recognized"
    if parsed.sections < _MIN_SECTIONS:
        titles = ", ".join(f"`## {section.title}`" for section in options.schema.sections[:3])
        help = f"Use headings such as {titles}; `integration-specs template` prints the template."
        raise fault(options, f"{summary}; at least {_MIN_SECTIONS} are required", help=help)
    report = [
        note(
            KEPT,
            options,
            f"{issue.message}; kept as an `x-` note" if issue.kept else issue.message,
            Span(issue.line or 1, 1, issue.line or 1, 1),
        )
        for issue in parsed.issues
    ]
    report.sort(key=lambda each: each.sort_key)
    data = dict(parsed.data)
    if not data.get("system"):
        data["system"] = path.stem
        report.append(note(MADE_UP, options, f"no system is named; `system` was set to the file's name, {path.stem}"))
    if not data.get("type"):
        data["type"] = "API" if data.get("endpoints") else "Webhook" if data.get("events") else "Other"
        report.append(note(MADE_UP, options, f"no valid type is named; `type` was set to {data['type']}"))
    return Import(data, tuple(report), str(data["system"]), summary)


def _text(path: Path, options: ImportOptions) -> str:
    """Return the clean text of the file. Raises `ImportFault` if it is not a file of that size with text in UTF-8."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise fault(options, "this is not a regular file")
        if status.st_size > _MAX_BYTES:
            raise fault(options, f"the file has {status.st_size:,} bytes; at most {_MAX_BYTES:,} are allowed")
        content = path.read_bytes()[: _MAX_BYTES + 1]
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise fault(options, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(errors="replace")
        message = f"byte 0x{error.object[error.start]:02X} is not UTF-8"
        raise fault(options, message, _end_of(before), "Save the file as UTF-8.") from None
    before, null, _ = text.partition("\0")
    if null:
        message = "this is not a text file: it contains null bytes"
        raise fault(options, message, _end_of(before), "Save the file as UTF-8 text.")
    return clean(_LINE_SEPARATORS.sub(" ", text))


def _end_of(text: str) -> Span:
    """Return the place after a text."""
    line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    return Span(line, column, line, column + 1)
