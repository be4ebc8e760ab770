"""Loading of files: opened safely, decoded, read as YAML, and redacted."""

import re
from json import loads
from pathlib import Path

from integration_specs.files import UnreadableFile, read_file
from integration_specs.findings import Span
from integration_specs.text.display import escape_unprintable, printable
from integration_specs.text.messages import DerivedMessage, Message

from .document import Document, RawDocument
from .limits import SPEC, Limits
from .positions import Positions
from .redaction import redact
from .yaml_problems import RULES
from .yaml_reader import CParser, YamlReader


class ParserMissing(Exception):
    """PyYAML was installed without libyaml, so no file can be read; the text says how to install it."""


def require_parser() -> None:
    """Raise `ParserMissing` if no file can be read at all."""
    if CParser is None:
        raise ParserMissing(
            f"PyYAML was installed without libyaml, its parser in C; run `{RULES['yaml-parser-missing'].good}`"
        )


def load(path: Path, shown: str, accepted: frozenset[str] = frozenset()) -> Document:
    """Return a spec or owners file, without its secrets; `accepted` has the hashes of secrets that get no finding.

    Never raises: a bad file is a Document with an error.
    """
    return redact(load_raw(path, shown), accepted)


def load_text(content: bytes | str, shown: str, accepted: frozenset[str] = frozenset()) -> Document:
    """Return a spec or owners file from memory, without its secrets; see `load`."""
    return redact(load_raw_text(content, shown), accepted)


def load_raw(path: Path, shown: str, limits: Limits = SPEC) -> RawDocument:
    """Return a file as it is written, for what writes it back (`fmt`, `check --fix`) and for vendor documents.

    Only a regular file of a permitted size is read; links are not followed.
    """
    name = escape_unprintable(shown)
    if name != shown:
        return _refused(name, "file-name", Message("the file name has characters that are not printable or not UTF-8"))
    try:
        content = read_file(path, limits.size, follow_links=False)
    except UnreadableFile as error:
        message = error.reason
        if error.rule == "file-unreadable":
            message = Message("the file cannot be read: {reason}", reason=error.reason)
        return _refused(name, error.rule, message)
    return load_raw_text(content, name, limits)


def load_raw_text(content: bytes | str, shown: str, limits: Limits = SPEC) -> RawDocument:
    """Return YAML (or JSON) from memory as it is written; see `load_raw`."""
    path = escape_unprintable(shown)
    if CParser is None:
        return _refused(path, "yaml-parser-missing", Message("PyYAML was installed without libyaml, its parser in C"))
    if len(content) > limits.size:
        return _refused(path, "yaml-too-large", Message("the file has more than {limit:,} bytes", limit=limits.size))
    if isinstance(content, bytes):
        try:
            text = content.removeprefix(b"\xef\xbb\xbf").decode()
        except UnicodeDecodeError as error:
            return _not_utf8(path, error.object, error.start)
        if "\0" in text[:4] and "\0" in text[1:2] + text[:1]:
            return _not_utf8(path, content, 0)
    else:
        text = content.removeprefix("\ufeff")
    parsed = text
    if limits.aliases and text.lstrip()[:1] in ("{", "["):
        parsed = _as_yaml(text)
    positions = Positions(text)
    reader = YamlReader(limits, positions, path)
    data = reader.read(parsed)
    findings = tuple(sorted(reader.findings, key=lambda finding: finding.span))
    if any(finding.level == "error" for finding in findings):
        return RawDocument(path, text, None, findings)
    positions.pack()
    return RawDocument(path, text, data, findings, positions, tuple(reader.rewritten))


def _refused(path: str, rule: str, message: str, span: Span | None = None) -> RawDocument:
    known = RULES[rule]
    advice = DerivedMessage(str, known.good)
    return RawDocument(path, "", None, (known.finding(message, path, span or Span(), advice),))


def _not_utf8(path: str, content: bytes, at: int) -> RawDocument:
    before = content[:at].decode()
    line, column = before.count("\n") + 1, (len(before) - before.rfind("\n")) if at else 1
    byte = content[at]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4]:
        message = Message("the file is UTF-16 or UTF-32, not UTF-8")
    else:
        latin: str = ""
        if byte >= 0xA0:
            latin = Message(' (in Latin-1 it would be "{character}")', character=printable(chr(byte)))
        message = Message("byte 0x{byte:02X} is not UTF-8{latin}", byte=byte, latin=latin)
    return _refused(path, "yaml-encoding", message, Span(line, column, line, column + 1))


_NOT_IN_YAML = re.compile("[\x7f-\x9f\ufeff\ufff9-\ufffb\ufffe\uffff]")
"""Valid in a JSON text, but not in YAML; in vendors' documents they are texts that were decoded incorrectly."""
_LINE_SEPARATORS = re.compile("[\u2028\u2029]")
_SURROGATE = re.compile(r"\\u[dD][89abAB]")
_QUOTED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?')
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|.)", re.DOTALL)


def _as_yaml(text: str) -> str:
    """Return a JSON text with what YAML does not allow written in another way, of the same length.

    A character beyond U+FFFF may be an escaped surrogate pair, which becomes an escape of YAML. That is two characters shorter, so an
    escaped line break, which means nothing, fills the gap; after a key, which must be on one line, two spaces do. Other texts are
    returned unchanged, because a backslash is not an escape everywhere in YAML.
    """
    if any(each.search(text) for each in (_SURROGATE, _NOT_IN_YAML, _LINE_SEPARATORS)) and _is_json(text):
        text = _QUOTED.sub(_as_yaml_text, text)
        text = _LINE_SEPARATORS.sub(" ", _NOT_IN_YAML.sub("\ufffd", text))
    return text


def _as_yaml_text(found: re.Match[str]) -> str:
    colon = found[1] or ""
    quoted, escaped_line_break = found[0].removesuffix(colon), "" if colon else "\\\n"

    def as_yaml_escape(escape: re.Match[str]) -> str:
        if len(escape[0]) < 12:
            return escape[0]
        character = loads(f'"{escape[0]}"')
        return f"{escaped_line_break}\\U{ord(character):08X}"

    return _ESCAPE.sub(as_yaml_escape, quoted).ljust(len(quoted)) + colon


def _is_json(text: str) -> bool:
    try:
        loads(text)
    except (ValueError, RecursionError):
        return False
    return True
