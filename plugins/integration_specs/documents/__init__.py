"""Reading of files into `Document`s: a strict subset of YAML 1.2 with the position of each node.

No exception leaves this package: what is wrong with a file is in the `findings` of its document. Only libyaml's event stream
is used and never PyYAML's own parser, because the two disagree on dozens of files.

May import `findings`, `secrets` and `text`.
"""

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from json import loads
from pathlib import Path
from typing import Any

from integration_specs.findings import Finding, Span
from integration_specs.text.display import printable

from .builder import CParser, Reader
from .limits import FOREIGN, SPEC, Limits
from .positions import Pointer, Positions
from .rules import RULES

__all__ = [
    "FOREIGN", "RULES", "SPEC", "Document", "Limits", "ParserMissing", "Pointer", "load", "load_text", "require_parser",
]  # fmt: skip


class ParserMissing(Exception):
    """PyYAML has no libyaml, so that no file can be read; the text says what to type."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read, or the reasons why not.

    `path` is as shown to people. `text` is decoded, without byte order mark, and empty when nothing could be
    read. `data` holds JSON values only, and None when the file was refused; then `findings` has an error.
    """

    path: str
    text: str
    data: Any
    findings: tuple[Finding, ...]
    _positions: Positions | None = field(default=None, repr=False, compare=False)
    secrets: tuple[Finding, ...] = field(default=(), compare=False)
    """What in it looks like a live secret, once `veil.py` has taken the values out."""

    def rewritten(self, text: str, data: Any, findings: tuple[Finding, ...], secrets: Iterable[Finding]) -> "Document":
        """Returns this document with other words in the same places: `text` must be as long as before, `data` of the same shape."""
        positions = self._positions.over(text) if self._positions else None
        return Document(self.path, text, data, findings, positions, tuple(secrets))

    def span(self, pointer: Pointer) -> Span:
        """Returns where the value stands, or its nearest ancestor when there is no such value."""
        if self._positions is None:
            return Span()
        return self._positions.node_span(self._positions.find(self.data, pointer)[0])

    def key_span(self, pointer: Pointer) -> Span:
        """Returns where the key stands: the item for a list, the start of the document for `()`."""
        if self._positions is None or not pointer:
            return Span()
        _, key, _ = self._positions.find(self.data, pointer)
        return self._positions.node_span(key) if key else Span()

    def source_text(self, pointer: Pointer) -> str | None:
        """Returns a scalar as written, with its quotes; None for mappings, lists and what is not there."""
        if self._positions is None:
            return None
        node, _, found = self._positions.find(self.data, pointer)
        node = self._positions.aliases.get(node, node)
        if not found or node in self._positions.nexts:
            return None
        return self._positions.source(node)


def require_parser() -> None:
    """Raises `ParserMissing` when there is no parser: a run that can read nothing has not found anything either."""
    if CParser is None:
        raise ParserMissing(
            f"PyYAML was installed without libyaml, its parser in C; run `{RULES['yaml-parser-missing'].good}`"
        )


def load(path: Path, shown: str, limits: Limits = SPEC) -> Document:
    """Reads a file. Never raises for what it is or holds: a bad file is a Document with an error.

    Nothing is opened before `lstat` has said that it is a regular file of a fair size; links are not followed;
    the file that was opened must still be that file.
    """
    name = printable(shown, len(shown))
    if name != shown:
        return _refused(name, "file-name", "the file name holds characters that do not print or are not UTF-8")
    try:
        content, fault = _read(path, limits.size)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return _refused(name, "file-unreadable", f"cannot be read: {printable(reason)}")
    return load_text(content, name, limits) if fault is None else _refused(name, *fault)


def _read(path: Path, size: int) -> tuple[bytes, tuple[str, str] | None]:
    seen = os.lstat(path)
    if stat.S_ISLNK(seen.st_mode):
        return b"", ("file-symlink", "is a symbolic link, which is not followed")
    if not stat.S_ISREG(seen.st_mode):
        return b"", ("file-not-regular", f"is {_kind(seen.st_mode)}, not a regular file")
    if seen.st_size > size:
        return b"", ("yaml-too-large", _too_large(seen.st_size, size))
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        now = os.fstat(file.fileno())
        if not stat.S_ISREG(now.st_mode) or (now.st_dev, now.st_ino) != (seen.st_dev, seen.st_ino):
            return b"", ("file-unreadable", "was replaced while it was being read; run again")
        content = file.read(size + 1)
    if len(content) > size:  # it grew
        return b"", ("yaml-too-large", _too_large(len(content), size))
    return content, None


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((name for test, name in kinds if test(mode)), "a device")


def _too_large(found: int, size: int) -> str:
    return f"holds {found:,} bytes; at most {size:,} are read"


def _refused(path: str, rule: str, message: str, help_text: str = "") -> Document:
    known = RULES[rule]
    return Document(path, "", None, (Finding(rule, known.level, message, path, help=help_text or known.good),))


def load_text(content: bytes | str, shown: str, limits: Limits = SPEC) -> Document:
    """Reads YAML (or JSON) from memory. Never raises for what it holds: see `load`."""
    path = printable(shown, len(shown))
    if CParser is None:
        return _refused(path, "yaml-parser-missing", "PyYAML was installed without libyaml, its parser in C")
    if isinstance(content, bytes):
        if len(content) > limits.size:
            return _refused(path, "yaml-too-large", _too_large(len(content), limits.size))
        try:
            text = content.removeprefix(b"\xef\xbb\xbf").decode()
        except UnicodeDecodeError as error:
            return _not_utf8(path, error.object, error.start)
        if "\0" in text[:4] and "\0" in text[1:2] + text[:1]:
            return _not_utf8(path, content, 0)
    else:
        text = content.removeprefix("\ufeff")
        if len(text) > limits.size:
            return _refused(path, "yaml-too-large", _too_large(len(text), limits.size))
    parsed, shifts = _joined_surrogates(text) if limits.aliases and text.lstrip()[:1] in ("{", "[") else (text, [])
    positions = Positions(text, shifts)
    reader = Reader(limits, positions, path)
    data = reader.read(parsed)
    findings = tuple(sorted(reader.findings, key=lambda finding: finding.span))
    if any(finding.level == "error" for finding in findings):
        return Document(path, text, None, findings)
    return Document(path, text, data, findings, positions)


def _not_utf8(path: str, content: bytes, at: int) -> Document:
    before = content[:at].decode()
    line, column = before.count("\n") + 1, at and len(before) - before.rfind("\n")
    byte = content[at]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4]:
        what, guess = "this file is UTF-16 or UTF-32, not UTF-8", ""
    else:
        what = f"byte 0x{byte:02X} is not UTF-8"
        guess = f' (in Latin-1 it would be "{printable(chr(byte))}")' if byte >= 0xA0 else ""
    known = RULES["yaml-encoding"]
    span = Span(line, column or 1, line, (column or 1) + 1)
    return Document(path, "", None, (Finding(known.name, known.level, what + guess, path, span, known.good),))


_SURROGATE = re.compile(r"\\u[dD][89abAB]")
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|.)", re.DOTALL)


def _joined_surrogates(text: str) -> tuple[str, list[int]]:
    """Returns a text with each pair of surrogate escapes joined to its character, and where those now stand.

    Vendors' JSON may write a character beyond U+FFFF that way, which is no YAML. In YAML such escapes stay, since
    they may stand where they are no escapes at all.
    """
    if not _SURROGATE.search(text) or not _is_json(text):
        return text, []
    pieces: list[str] = []
    shifts: list[int] = []
    last = length = 0
    for match in _ESCAPE.finditer(text):
        if match.end() - match.start() == 12:
            pieces += text[last : match.start()], loads(f'"{match[0]}"')
            length += match.start() - last + 1
            shifts.append(length - 1)
            last = match.end()
    return "".join((*pieces, text[last:])), shifts


def _is_json(text: str) -> bool:
    try:
        loads(text)
    except (ValueError, RecursionError):
        return False
    return True
