"""Canonical YAML: keys in the order of the schema, one style, all comments kept.

The result is read back and must have the same values as the source. The style: two spaces, lists indented below their key, plain
scalars where possible, literal blocks for text of several lines, an empty line before each section and each entry of its list.

May import `validation` and the layers below.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from integration_specs.documents import RawDocument, load_raw_text
from integration_specs.findings import Span
from integration_specs.validation.schema import Field, Pointer, SpecSchema

EDITOR_LINE = "# yaml-language-server: $schema="
_FLOW_WIDTH = 100


class FormatError(Exception):
    """The canonical form would not say the same: a fault of ours, told instead of written."""


@dataclass(slots=True)
class _Comments:
    """Comments of one node: lines before it, the rest of its own line, lines after its last one."""

    before: list[str] = field(default_factory=list)
    beside: str = ""
    after: list[str] = field(default_factory=list)


def format_document(document: RawDocument, schema: SpecSchema) -> str:
    """The canonical text of a document whose YAML could be read (`data` is not None). Raises `FormatError`."""
    text = _Emitter(document, schema).text()
    again = load_raw_text(text, document.path)
    if again.data != document.data:
        raise FormatError(f"{document.path}: the formatted text would not say the same; the file is left as it is")
    return text


def to_yaml(data: dict[str, Any], schema: SpecSchema, head: Iterable[str] = ()) -> str:
    """Canonical text for values that come from elsewhere (importers, `new`); `head` are comment lines for the top."""
    emitter = _Emitter(RawDocument("", "", data, ()), schema)
    return "".join(f"{line}\n" for line in head) + emitter.text()


class _Emitter:
    def __init__(self, document: RawDocument, schema: SpecSchema) -> None:
        self._document, self._schema = document, schema
        self._lines = document.text.split("\n")
        self._head, self._comments, self._foot = _attach_comments(document) if document.text else ([], {}, [])

    def text(self) -> str:
        lines = [*self._head, *self._mapping((), self._document.data, self._schema.fields, 0), *self._foot]
        return "\n".join(line.rstrip() if not line.endswith("\\") else line for line in lines) + "\n"

    def _source(self, at: Pointer) -> str:
        """The value as it was written; empty when it comes from elsewhere."""
        if not self._document.text:
            return ""
        span = self._document.span(at)
        lines = self._lines[span.line - 1 : span.end_line]
        lines[-1] = lines[-1][: span.end_column - 1]
        lines[0] = lines[0][span.column - 1 :]
        return "\n".join(line.removesuffix("\r") for line in lines)

    def _mapping(self, pointer: Pointer, data: dict[str, Any], fields: tuple[Field, ...], indent: int) -> Iterator[str]:
        order = {known.name: place for place, known in enumerate(fields)}
        first = True
        for key in sorted(data, key=lambda name: order.get(name, len(order))) if fields else data:
            at = (*pointer, key)
            known = next((each for each in fields if each.name == key), None)
            spaced = not pointer and not first and isinstance(data[key], (dict, list)) and bool(data[key])
            if spaced:
                yield ""
            comments = self._comments.get(at)
            if (spaced or first) and comments and comments.before[:1] == [""]:
                del comments.before[0]
            first = False
            yield from self._entry(at, f"{_key(key)}:", data[key], known, indent)

    def _entry(self, at: Pointer, lead: str, value: Any, known: Field | None, indent: int) -> Iterator[str]:
        """A key (or a dash) with its value and comments."""
        pad = " " * indent
        comments = self._comments.get(at, _Comments())
        yield from (pad + line for line in comments.before)
        beside = f"  {comments.beside}" if comments.beside else ""
        if isinstance(value, (dict, list)) and value and not (flow := self._flow(at, value, indent + len(lead))):
            nested = list(self._nested(at, value, known, indent + 2))
            if lead == "-":
                # The first line of the entry moves up to the dash; comments above it go above the dash.
                head = next(place for place, line in enumerate(nested) if not line.lstrip().startswith("#"))
                yield from (pad + line.lstrip() for line in nested[:head])
                if beside and isinstance(value, dict):
                    alone = self._comments.get((*at, next(iter(value))), _Comments())
                    if len(nested) == 1 and not alone.beside:
                        nested[head] += beside  # an entry of one line: there it stays
                    else:
                        yield f"{pad}{comments.beside}"
                yield f"{pad}- {nested[head][indent + 2 :]}"
                yield from nested[head + 1 :]
            else:
                yield f"{pad}{lead}{beside}"
                yield from nested
        else:
            text = flow if isinstance(value, (dict, list)) and value else self._value(at, value, indent)
            first, *rest = text.split("\n")
            yield f"{pad}{lead} {first}{beside}"
            yield from rest
        yield from (pad + line for line in comments.after)

    def _nested(self, at: Pointer, value: Any, known: Field | None, indent: int) -> Iterator[str]:
        fields = known.fields if known else ()
        if isinstance(value, dict):
            inner = known.item if known and known.item and known.kind == "object" else None
            if inner:
                for key in value:
                    yield from self._entry((*at, key), f"{_key(key)}:", value[key], inner, indent)
            else:
                yield from self._mapping(at, value, fields, indent)
            return
        spaced = len(at) == 1 and any(isinstance(item, dict) for item in value)
        for index, item in enumerate(value):
            if spaced and index:
                yield ""
            yield from self._entry((*at, index), "-", item, known.item if known else None, indent)

    def _flow(self, at: Pointer, value: Any, column: int) -> str:
        """The value on one line, when it was so written (or is a short list of words) and has no comments; else nothing."""
        source = self._source(at)
        short = isinstance(value, list) and all(not isinstance(item, (dict, list)) for item in value)
        if not ((source[:1] in ("[", "{") and "\n" not in source) or (not self._document.text and short)):
            return ""
        if any(known[: len(at)] == at and len(known) > len(at) for known in self._comments):
            return ""
        text = _flow(value)
        return text if text and column + len(text) < _FLOW_WIDTH else ""

    def _value(self, at: Pointer, value: Any, indent: int) -> str:
        if isinstance(value, (dict, list)):
            return "{}" if isinstance(value, dict) else "[]"
        source = self._source(at)
        if isinstance(value, str):
            return (source[:1] == ">" and _folded(source, indent)) or _text(value, indent)
        return source if source and "\n" not in source and source[:1] not in "\"'" else _scalar(value)


def _key(name: str) -> str:
    """The name of a key: `on` and the like are plain, since keys are always names here."""
    return name if name.lower() in _NAMES else _scalar(name)


def _scalar(value: Any) -> str:
    """A scalar on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
    return value if _is_plain(value) else _quoted(value)


_PLAIN = re.compile(r"[^\W_]|[^\W_][^\n\t]*|[/.(+_$€£°~][^\n\t]*")
_UNSAFE = re.compile(r":(\s|$)|\s#|^\s|\s$|^(---|\.\.\.)")
_NUMBER_OR_TIME = re.compile(
    r"[-+]?[0-9][0-9_,]*(\.[0-9_]*)?(e[-+]?[0-9]+)?|[-+]?\.([0-9_]+(e[-+]?[0-9]+)?|inf|nan)|[-+]?0[xob][0-9a-f_]+"
    r"|[-+]?[0-9][0-9_]*(:[0-9]{1,2})+(\.[0-9_]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t\s].*)?|~",
    re.IGNORECASE,
)
"""What some version of YAML reads as a number or a time."""
_NAMES = frozenset(["yes", "no", "on", "off", "y", "n"])
_WORDS = frozenset(["true", "false", "null", "", *_NAMES])
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_plain(text: str) -> bool:
    """Whether a text can stand without quotes and is still read as this text, by us and by older parsers."""
    if _DATE.fullmatch(text):
        return True
    return (
        bool(_PLAIN.fullmatch(text))
        and text.isprintable()
        and text.lower() not in _WORDS
        and not _UNSAFE.search(text)
        and not _NUMBER_OR_TIME.fullmatch(text)
    )


def _quoted(text: str) -> str:
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(escapes.get(c) or (c if c.isprintable() else _escape(c)) for c in text) + '"'


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def _text(value: str, indent: int) -> str:
    """A text as plain, quoted or literal block."""
    if "\n" not in value:
        return _scalar(value)
    lines = value.split("\n")
    if not all(line.replace("\t", "").isprintable() for line in lines) or not value.strip("\n"):
        return _quoted(value)
    ending = len(value) - len(value.rstrip("\n"))
    chomp = {0: "-", 1: ""}.get(ending, "+")
    indicator = "2" if lines[0][:1] in (" ", "\t", "") else ""
    if any(line != line.rstrip() for line in lines):
        return _quoted(value)  # editors, and the last step of this module, take spaces at the end of a line away
    body = lines[:-1] if ending else lines
    pad = " " * (indent + 2)
    return "\n".join([f"|{indicator}{chomp}", *(pad + line if line else "" for line in body)])


def _folded(source: str, indent: int) -> str:
    """A folded block of the source, moved to this indent; nothing when it says its own indent."""
    head, *lines = source.splitlines()
    head = head.split("#")[0].strip()
    depth = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)
    if not re.fullmatch(r">[+-]?", head) or not depth:
        return ""
    while lines and not lines[-1].strip() and head != ">+":
        lines.pop()
    pad = " " * (indent + 2)
    return "\n".join([head, *(pad + line[depth:] if line.strip() else "" for line in lines)])


def _flow(value: Any) -> str:
    """A value in one line; nothing when a text in it has several."""
    if isinstance(value, dict):
        pairs = [(key if key.lower() in _NAMES else _flow_scalar(key), _flow(each)) for key, each in value.items()]
        return "{" + ", ".join(f"{key}: {each}" for key, each in pairs) + "}" if all(each for _, each in pairs) else ""
    if isinstance(value, list):
        items = [_flow(each) for each in value]
        return "[" + ", ".join(items) + "]" if all(items) else ""
    return "" if isinstance(value, str) and "\n" in value else _flow_scalar(value)


def _flow_scalar(value: Any) -> str:
    return _quoted(value) if isinstance(value, str) and re.search(r"[\[\]{},]|:$|^[?-]", value) else _scalar(value)


def _attach_comments(document: RawDocument) -> tuple[list[str], dict[Pointer, _Comments], list[str]]:
    """Comments for the head of the file, of each node, and for its foot, by where they stand."""
    lines = re.split(r"\r\n|\r|\n", document.text)
    begins = ((_begin(document, lines, pointer), pointer) for pointer, _ in _nodes(document.data))
    places = sorted(begins, key=lambda place: (place[0], len(place[1])))
    rows = [at[0] for at, _ in places]
    columns: dict[int, list[int]] = {}
    for index, (at, _) in enumerate(places):
        columns.setdefault(at[1], []).append(index)
    covered = _covered(document)
    head: list[str] = []
    foot: list[str] = []
    found: dict[Pointer, _Comments] = {}
    for number, line in enumerate(lines, 1):
        column = _comment_column(line, covered.get(number, ()))
        if column is None:
            continue
        comment = line[column:].rstrip()
        if line[:column].strip():
            owner = _beside(document, places, rows, number)
            if owner is not None:
                found.setdefault(owner, _Comments()).beside = comment
            continue
        blank_above = number > 1 and not lines[number - 2].strip()
        above = bisect_left(rows, number)
        below = bisect_right(rows, number)
        following = places[below] if below < len(places) else None
        same = columns.get(column + 1, [])
        nearest = bisect_left(same, above)
        previous = places[same[nearest - 1]] if nearest else None
        if comment.startswith(EDITOR_LINE) and not above:
            head.append(comment)
        elif previous and column and (following is None or following[0][1] < column + 1):
            found.setdefault(previous[1], _Comments()).after.append(comment)
        elif following:
            # An empty line between remarks at the left margin is part of how they are arranged.
            gap = [""] if blank_above and len(following[1]) == 1 else []
            found.setdefault(following[1], _Comments()).before += *gap, comment
        else:
            foot += *([""] if blank_above else []), comment
    return head, found, foot


def _beside(
    document: RawDocument, places: list[tuple[tuple[int, int], Pointer]], rows: list[int], number: int
) -> Pointer | None:
    """The node that a comment at the end of line `number` is about: the outermost that is all on the line, else the last begun."""
    first, after = bisect_left(rows, number), bisect_right(rows, number)
    whole = (pointer for _, pointer in places[first:after] if document.span(pointer).end_line == number)
    return next(whole, places[after - 1][1] if after else None)


def _nodes(data: Any) -> Iterator[tuple[Pointer, Any]]:
    """Every value in the data with its place."""
    stack: list[tuple[Pointer, Any]] = [((), data)]
    while stack:
        pointer, value = stack.pop()
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        found = [((*pointer, key), child) for key, child in children]
        yield from found
        stack += found


def _begin(document: RawDocument, lines: list[str], pointer: Pointer) -> tuple[int, int]:
    """Where a key, or the dash of a list item, begins."""
    span = document.key_span(pointer)
    if not isinstance(pointer[-1], int):
        return span.line, span.column
    before = lines[span.line - 1][: span.column - 1].rstrip()
    return span.line, len(before) if before.endswith("-") else span.column - 2


def _covered(document: RawDocument) -> dict[int, list[tuple[int, int]]]:
    """For each line the stretches (columns from 0) that are keys or scalars, where a `#` is text."""
    covered: dict[int, list[tuple[int, int]]] = {}

    def cover(span: Span, *, block: bool = False) -> None:
        for number in range(span.line, span.end_line + 1):
            start = span.column - 1 if number == span.line else 0
            end = span.end_column - 1 if number == span.end_line else 1_000_000
            # Behind the mark of a block there may be a comment.
            covered.setdefault(number, []).append((start, start + 1 if block and number == span.line else end))

    for pointer, value in _nodes(document.data):
        if isinstance(pointer[-1], str):
            cover(document.key_span(pointer))
        if not isinstance(value, (dict, list)):
            cover(document.span(pointer), block=(document.source_text(pointer) or "")[:1] in ("|", ">"))
    return covered


def _comment_column(line: str, covered: Iterable[tuple[int, int]]) -> int | None:
    """Where the comment of a line begins; None when it has none."""
    covered = list(covered)
    for match in re.finditer(r"(?:^|(?<=[\s\[{,]))#", line):
        if not any(start <= match.start() < end for start, end in covered):
            return match.start()
    return None
