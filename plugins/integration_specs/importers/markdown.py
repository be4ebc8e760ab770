"""Import the filled Markdown template."""

import re
from pathlib import Path

from integration_specs.files import UnreadableFile, read_file
from integration_specs.findings import Span
from integration_specs.markdown_template.markdown_document import read_document

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
        content = read_file(path, _MAX_BYTES)
    except UnreadableFile as error:
        raise fault(options, f"cannot be read: {error.reason}") from None
    text = content.decode("utf-8-sig", "surrogateescape")
    if odd := re.search("[\0\udc80-\udcff]", text):
        line, column = text.count("\n", 0, odd.start()) + 1, odd.start() - text.rfind("\n", 0, odd.start())
        message = f"byte 0x{ord(odd[0]) & 0xFF:02X} is not UTF-8 text"
        raise fault(options, message, Span(line, column, line, column + 1), "Save the file as UTF-8.")
    return clean(_LINE_SEPARATORS.sub(" ", text))
