"""Import the filled Markdown template."""

import stat
from pathlib import Path
from typing import Any

from integration_specs.findings import LEVELS, Span
from integration_specs.template.markdown_document import ParsedTemplate, read_document

from . import KEPT, MADE_UP, Import, ImportOptions, fault, note

_MAX_BYTES = 2 << 20
_MIN_SECTIONS = 3


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
    report = []
    for issue in parsed.issues:
        message = issue.message + (_WHERE if issue.kept else "")
        report.append(note(KEPT, options, message, Span(issue.line or 1, 1, issue.line or 1, 1)))
    data, made_up = _with_needed(parsed, path, options)
    report.sort(key=lambda each: (LEVELS.index(each.level), each.sort_key))
    return Import(data, (*report, *made_up), str(data["system"]), summary)


_WHERE = "; kept as an `x-` note"


def _with_needed(parsed: ParsedTemplate, path: Path, options: ImportOptions) -> tuple[dict[str, Any], list[Any]]:
    data = dict(parsed.data)
    report = []
    if not data.get("system"):
        data["system"] = path.stem
        report.append(note(MADE_UP, options, f"no system is named; `system` was set to the file's name, {path.stem}"))
    if not data.get("type"):
        data["type"] = "API" if data.get("endpoints") else "Webhook" if data.get("events") else "Other"
        report.append(note(MADE_UP, options, f"no valid type is named; `type` was set to {data['type']}"))
    return data, report


def _text(path: Path, options: ImportOptions) -> str:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise fault(options, "this is not a regular file")
        if status.st_size > _MAX_BYTES:
            raise fault(options, f"the file has {status.st_size:,} bytes; at most {_MAX_BYTES:,} are allowed")
        content = path.read_bytes()[: _MAX_BYTES + 1]
    except OSError as error:
        raise fault(options, f"cannot be read: {error.strerror}") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        span, message = Span(line, column, line, column + 1), f"byte 0x{content[error.start]:02X} is not UTF-8"
        raise fault(options, message, span, "Save the file as UTF-8.") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        span = Span(line, 1, line, 1)
        raise fault(options, "this is not a text file: it contains null bytes", span, "Save the file as UTF-8 text.")
    return text
