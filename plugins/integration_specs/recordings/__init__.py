"""Recordings of real calls, read into one type and compared with specs; each format is one file in this folder.

A format module defines `matches(data)` and `calls(recording)`, which yields `Call`s. Nothing is ever called or fetched.
Names that begin with `_` are parts of the comparison.

May import `model`, `documents` and the layers below.
"""

import base64
import binascii
import importlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from integration_specs import registry
from integration_specs.documents import VENDOR, RawDocument, load_raw
from integration_specs.findings import Finding, Rule
from integration_specs.findings.rule_tables import load_table


@dataclass(frozen=True, slots=True)
class DriftRule(Rule):
    """A rule with the templates of its findings."""

    message: str = ""
    advice: str = ""


RULES = load_table(__name__, "rules.toml", DriftRule)
LIMITS = replace(VENDOR, any_root=True, binary=True)
SUFFIXES = (".har", ".json", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Message:
    """A request or response. `headers` have lower-case names; `body` is a JSON value, text, or None if there is none to read."""

    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def content_type(self) -> str:
        """Return the media type without parameters, in lower case; empty if unknown."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call, or one message without HTTP (`method` is empty).

    `url` has no host if the format does not record one; `provider` is then the name of the vendor, if known. `status` is 0 for a
    call without a response. `day` is an ISO date or empty. `place` is the file and line.
    """

    method: str
    url: str
    request: Message
    response: Message
    status: int
    day: str
    place: str
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """One file while it is read."""

    path: Path
    document: RawDocument

    @property
    def data(self) -> Any:
        """Return the content of the file as JSON values."""
        return self.document.data

    def place(self, *pointer: str | int) -> str:
        """Return the file and line of a value, or its number in a file that is one line, for messages."""
        if "\n" in self.document.text.rstrip():
            return f"{self.document.path}:{self.document.key_span(pointer).line}"
        return f"{self.document.path}, call {int(pointer[-1]) + 1}" if pointer else self.document.path


def read(path: Path, shown: str) -> tuple[list[Call], list[Finding]]:
    """Return the calls in one file, and why it cannot be read if there are none because of an error."""
    document = load_raw(path, shown, LIMITS)
    if document.data is None:
        return [], [finding for finding in document.findings if finding.level == "error"]
    for name in registry.names("recordings"):
        reader = importlib.import_module(f"{__name__}.{name}")
        if reader.matches(document.data):
            return list(reader.calls(Recording(path, document))), []
    rule = RULES["recording-format"]
    return [], [rule.finding("this is not a recording of a known format", shown, help=rule.good)]


def find_files(path: Path) -> Iterator[Path]:
    """Yield `path`, or the files below it that may be recordings, sorted; symbolic links are not followed."""
    if not path.is_dir():
        yield path
        return
    for folder, names, files in os.walk(path):
        names.sort()
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(SUFFIXES) and name[0] != ".")


def read_headers(value: Any) -> dict[str, str]:
    """Return headers by lower-case name from any notation: a mapping, pairs of `name` and `value`, or lists of values."""
    pairs: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = ((item.get("name"), item.get("value")) for item in value if isinstance(item, dict))
    return {
        name.lower(): _header_value(content) for name, content in pairs if isinstance(name, str) and content is not None
    }


def _header_value(content: Any) -> str:
    if isinstance(content, dict):  # WireMock: a matcher
        return str(content.get("equalTo", ""))
    return ", ".join(map(str, content)) if isinstance(content, list) else str(content)


def read_body(value: Any, headers: dict[str, str], *, is_base64: bool = False) -> Any:
    """Return a body as JSON values or text; None if it is empty or binary. Compressed bodies are decompressed."""
    if not isinstance(value, str):
        return value
    text: str | None = value
    if is_base64 or value.startswith("H4sI"):  # base64 of a gzip header
        text = _decode(value)
    if not text or not text.strip():
        return None
    if "json" in headers.get("content-type", "json") or text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


_MAX_BODY = 8 << 20


def _decode(value: str) -> str | None:
    try:
        content = base64.b64decode(value)
        if content[:2] == b"\x1f\x8b":
            content = zlib.decompressobj(31).decompress(content, _MAX_BODY)
        return content.decode()
    except (binascii.Error, zlib.error, ValueError):
        return None


def mapping(value: Any) -> dict[str, Any]:
    """Return `value` if it is an object, else an empty one: recordings are often incomplete."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def read_status(value: Any) -> int:
    """Return an HTTP status, or 0 for anything else."""
    return value if isinstance(value, int) and 100 <= value <= 599 else 0
