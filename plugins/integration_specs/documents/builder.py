"""Events to data: the loop that builds a document, and what the subset refuses."""

import re
from contextlib import suppress
from math import inf
from sys import intern
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from integration_specs.findings import Finding
from integration_specs.text.display import printable

from .anchors import Anchors
from .limits import Limits
from .positions import Positions
from .rules import RULES
from .syntax_errors import (
    Fatal,
    Fault,
    bad_characters,
    bad_value,
    complex_key,
    folded_item,
    more_text,
    no_break_space,
    nothing,
    property_fault,
    syntax_fault,
    too_deep,
    too_many_nodes,
    typographic_quotes,
)
from .syntax_hints import no_break_spaces, words_in_typographic_quotes

CParser: Any = None
"""The parser of libyaml; None when PyYAML was built without it."""
with suppress(ImportError):
    from yaml import cyaml

    CParser = vars(cyaml)["CParser"]

__all__ = ["CParser", "Reader"]

FAULTS_SHOWN: Final = 20
"""Errors after which reading stops, and warnings after which no more are kept."""


class _Hidden:
    """Stands in for a key that was refused, so that keys and positions still go in step."""


_KEY: Final = _Hidden()  # a mapping that waits for a key
_ITEM: Final = _Hidden()  # a list that waits for an item

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TRUTHY: Final = frozenset(form for word in ("yes", "no", "on", "off") for form in (word, word.title(), word.upper()))
_ODD_KEYS: Final = frozenset(("", "<<"))
_NUMBER = re.compile(
    r"[-+]?(?:(?P<int>0|[1-9][0-9]*)|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|0x(?P<hex>[0-9a-fA-F]+)|0o(?P<oct>[0-7]+)|(?P<zero>[-+]?0[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)"
)
_NUMERIC: Final = frozenset("0123456789+-.")
_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
NUMBER_LENGTH: Final = 32


class Reader:
    """One reading of one text: keeps what was found."""

    __slots__ = ("_again", "_errors", "_limits", "_path", "_positions", "_stack", "_warnings", "findings")

    def __init__(self, limits: Limits, positions: Positions, path: str) -> None:
        self.findings: list[Finding] = []
        self._limits = limits
        self._positions = positions
        self._path = path
        self._errors = self._warnings = 0
        self._again = -1  # the item of a list in which the keys of a second one follow
        self._stack: list[tuple[Any, Any, int, Any]] = []

    def report(self, fault: Fault, *parts: str | int | None) -> None:
        """Keeps a finding; `parts` end its pointer. Raises Fatal after the last error that is shown."""
        rule = RULES[fault.rule]
        if rule.level == "error":
            self._errors += 1
        else:
            self._warnings += 1
            if self._warnings > FAULTS_SHOWN:
                return
        pointer: tuple[str | int, ...] = ()
        if self._stack:  # else it is about the file, or a root that is no mapping
            pointer = tuple(part for *_, part in self._stack[1:] if isinstance(part, str | int))
            pointer += tuple(part for part in parts if part is not None)
        span = self._positions.span(fault.start, fault.end)
        help_text = fault.help[:1].upper() + fault.help[1:] + "." * (fault.help[-1:] not in ("", "."))
        self.findings.append(Finding(rule.name, rule.level, fault.message, self._path, span, help_text, (), pointer))
        if self._errors >= FAULTS_SHOWN:
            raise Fatal

    def read(self, text: str) -> Any:
        """Returns the data; with an error among the findings it means nothing."""
        clean = text
        try:
            for fault in bad_characters(text, self._limits.invisible):
                self.report(fault)
                clean = clean[: fault.start] + "\ufffd" + clean[fault.start + 1 :]
            damaged = clean is not text
            start = _BLANK.match(text).end()  # type: ignore[union-attr]  # it matches the empty text
            if start == len(text):
                raise Fatal(nothing())
            if text[start] == "%" and (not start or text[start - 1] == "\n"):
                end = start + len(text[start : start + 80].split("\n", maxsplit=1)[0].rstrip())
                raise Fatal(
                    Fault(
                        "yaml-directive",
                        start,
                        end,
                        f"`{printable(text[start:end])}` is a YAML directive",
                        "delete the line",
                    )
                )
            try:
                data = self._build(CParser(clean), clean)
            except yaml.YAMLError as error:
                if not damaged:  # else what was put in its place may be the cause
                    starts, ends = self._positions.starts, self._positions.ends
                    last = -2 if len(starts) > 1 and starts[-1] == ends[-1] == ends[-2] else -1  # a value left out
                    raise Fatal(syntax_fault(error, text, (starts[last], ends[last]) if starts else (0, 0))) from error
                return None
            for node, space in no_break_spaces(text):
                if node in self._positions.starts:
                    self._stack.clear()
                    self.report(no_break_space(space))
            for start, end in words_in_typographic_quotes(text):
                if (start, end) in zip(self._positions.starts, self._positions.ends, strict=True):
                    self._stack.clear()
                    self.report(typographic_quotes(text[start:end], start, end))
            if not isinstance(data, dict) and not self._limits.any_root and not self._errors:
                if data is None and self._positions.starts[0] == self._positions.ends[0]:
                    raise Fatal(nothing())
                kind = ("list", "a list") if isinstance(data, list) else ("scalar", "one value")
                raise Fatal(
                    Fault(
                        f"yaml-root-{kind[0]}",
                        self._positions.starts[0],
                        self._positions.starts[0] + 1,
                        f"the file holds {kind[1]}, not fields",
                        "start with `system: …` at the left margin",
                    )
                )
        except Fatal as end:
            if end.fault is not None and self._errors < FAULTS_SHOWN:
                self._stack.clear()
                with suppress(Fatal):
                    self.report(end.fault)
            return None
        return data

    def _build(self, parser: Any, text: str) -> Any:  # noqa: PLR0915
        """Builds the data: one loop with its own stack, and nothing called for the usual node: it is hot."""
        limits, stack, positions = self._limits, self._stack, self._positions
        starts, ends, nexts = positions.starts, positions.ends, positions.nexts
        add_start, add_end = starts.append, ends.append
        max_nodes, max_scalar, max_key, max_depth = limits.nodes, limits.scalar, limits.key, limits.depth
        anchors = Anchors() if limits.aliases else None
        root: list[Any] = []
        container: Any = root
        key: Any = _ITEM
        node = closed_at = closed_end = 0
        for event in iter(parser.get_event, None):
            kind = event.__class__
            if kind is ScalarEvent:
                start, end, value = event.start_mark.index, event.end_mark.index, event.value
                add_start(start)
                add_end(end)
                if len(starts) > max_nodes:
                    raise Fatal(too_many_nodes(start, max_nodes))
                anchor, plain = event.anchor, event.implicit[0]
                if anchor is not None or event.tag is not None:
                    self._properties(event, container, key)
                    plain = event.style == ""
                    if anchor is not None:  # the scalar itself begins after it
                        starts[-1] = min(end, _BLANK.match(text, start + len(anchor) + 1).end())  # type: ignore[union-attr]
                if not plain and event.style == '"' and end - start != len(value) + 2 and not limits.invisible:
                    self._check_escapes(value, start, end, container, key)
                if key is _KEY:
                    if len(value) > max_key or (plain and value in _ODD_KEYS):
                        value = self._odd_key(value, start, end)
                    if text[start - 1] == "?" and 0 < start < end:
                        raise Fatal(complex_key(text, start))
                    if value in container:
                        self._duplicate(value, container, node, start, end)
                        value = _Hidden()
                    key = intern(value) if value.__class__ is str else value
                    if anchor is not None and anchors is not None:
                        anchors.known[anchor] = (len(starts) - 1, key, 1, 0)
                    continue
                if len(value) > max_scalar:
                    self._long_scalar(len(value), start, container, key)
                elif plain:
                    if value in _WORDS:
                        if start == end and key is not _ITEM and text[start - 1] != ":":
                            starts[-1] = ends[-1] = ends[-2]  # `? key` alone: libyaml looks for its value further down
                        value = _WORDS[value]
                    elif value[0] in _NUMERIC:
                        value = self._number(value, start, end, container, key)
                    elif value in _TRUTHY:
                        self._truthy(value, start, end, container, key)
                    elif end - start != len(value):  # it goes on in the next line
                        self._folded(text, start, end, container, key)
                if anchor is not None and anchors is not None:
                    anchors.known[anchor] = (len(starts) - 1, value, 1, 0)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                start = event.start_mark.index
                if key is _KEY:
                    raise Fatal(complex_key(text, start))
                if len(stack) >= max_depth:
                    raise Fatal(too_deep(start, max_depth))
                if event.anchor is not None or event.tag is not None:
                    self._properties(event, container, key)
                add_start(start)
                add_end(start)
                if len(starts) > max_nodes:
                    raise Fatal(too_many_nodes(start, max_nodes))
                if anchors is not None:
                    anchors.open(event.anchor, len(starts) - 1)
                child: Any = {} if kind is MappingStartEvent else []
                if key is _ITEM:
                    stack.append((container, _ITEM, node, len(container)))
                    container.append(child)
                else:
                    stack.append((container, _KEY, node, key))
                    container[key] = child
                container, node = child, len(starts) - 1
                key = _KEY if kind is MappingStartEvent else _ITEM
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                start, end = event.start_mark.index, event.end_mark.index
                if end > start:  # the bracket; a block ends where its last node does
                    closed_end = end
                elif closed_at != len(starts):
                    closed_end = ends[-1]
                closed_at = nexts[node] = len(starts)
                ends[node] = closed_end
                if anchors is not None:
                    anchors.close(container, len(starts))
                container, key, node, _ = stack.pop()
                continue
            elif kind is AliasEvent:
                start, end = event.start_mark.index, event.end_mark.index
                if key is _KEY:
                    raise Fatal(complex_key(text, start))
                add_start(start)
                add_end(end)
                if anchors is None:
                    self.report(property_fault("alias", "*", event.anchor, start, end), _part(container, key))
                    value = None
                else:
                    target, value = anchors.use(event, len(starts), len(stack), limits)
                    positions.aliases[len(starts) - 1] = target
            elif kind is DocumentEndEvent:
                end = event.end_mark.index
                rest = _BLANK.match(text, end).end()  # type: ignore[union-attr]  # it matches the empty text
                if rest < len(text):
                    raise Fatal(more_text(text, rest))
                break
            else:
                continue
            if key is _ITEM:
                container.append(value)
            else:
                container[key] = value
                key = _KEY
        return root[0] if root else None

    def _properties(self, event: Any, container: Any, key: Any) -> None:
        """Refuses an anchor or a tag, and reports the stretch of the sign and its name."""
        start, part = event.start_mark.index, _part(container, key)
        if event.anchor is not None and not self._limits.aliases:
            end = start + len(event.anchor) + 1
            self.report(property_fault("anchor", "&", event.anchor, start, end), part)
        if event.tag is not None:
            name = event.tag.replace("tag:yaml.org,2002:", "!!")
            name = name if name.startswith("!") else f"!<{name}>"
            self.report(property_fault("tag", "!", name[1:], start, start + len(name)), part)

    def _check_escapes(self, value: str, start: int, end: int, container: Any, key: Any) -> None:
        fault = bad_value(value, start, end)
        if fault is not None:
            self.report(fault, _part(container, key))

    def _long_scalar(self, length: int, start: int, container: Any, key: Any) -> None:
        message = f"one text of {length:,} characters; at most {self._limits.scalar:,} are read"
        self.report(
            Fault("yaml-scalar-too-long", start, start + 1, message, "move it to an attachment"),
            _part(container, key),
        )

    def _odd_key(self, value: str, start: int, end: int) -> _Hidden:
        """Refuses a key; returns what stands in for it."""
        if len(value) > self._limits.key:
            message = f"a key of {len(value):,} characters; at most {self._limits.key} are read"
            self.report(Fault("yaml-key-too-long", start, end, message, "is a `:` or a quote missing or too many?"))
        elif value == "<<":
            help_text = "write the fields in place; a key that is really `<<` needs quotes"
            self.report(Fault("yaml-merge-key", start, end, "`<<` is a YAML merge key", help_text))
        else:
            message = "a field without a name"
            self.report(Fault("yaml-empty-key", start, start + 1, message, "write a name before the `:`"))
        return _Hidden()

    def _duplicate(self, value: str, container: dict[Any, Any], node: int, start: int, end: int) -> None:
        positions = self._positions
        if node == self._again:
            return  # what follows the key that began again
        first = positions.child_nodes(node, container)[value]
        one = positions.span(positions.starts[first], positions.ends[first]).line
        two = positions.span(start, end).line
        where = f"on line {one} and again on line {two}" if one != two else f"twice on line {one}"
        help_text = "keep one of the two; several values of one field are a list"
        if isinstance(self._stack[-1][0], list) and value == next(iter(container)):
            self._again = node
            help_text = f"put `- ` before it if a new entry begins here: `- {printable(value, 40)}: …`; else keep one of the two"
        self.report(
            Fault("yaml-duplicate-key", start, end, f"`{printable(value, 40)}` is written {where}", help_text),
            value,
        )

    def _folded(self, text: str, start: int, end: int, container: Any, key: Any) -> None:
        dash = text.find("- ", text.find("\n", start, end), end)
        if dash > 0 and not text[text.rfind("\n", start, dash) + 1 : dash].strip(" "):
            self.report(folded_item(text, dash, end), _part(container, key))

    def _truthy(self, value: str, start: int, end: int, container: Any, key: Any) -> None:
        message = f'`{value}` is the text "{value}" here, but true or false to many YAML programs'
        help_text = f'write true or false if you mean that, else put it in quotes: "{value}"'
        self.report(Fault("yaml-truthy-word", start, end, message, help_text), _part(container, key))

    def _number(self, value: str, start: int, end: int, container: Any, key: Any) -> Any:
        """Returns the number that a plain word is by the core schema of YAML 1.2, or the word."""
        match = _NUMBER.fullmatch(value)
        if match is None:
            return value
        shown = printable(value, 40)
        quoted = f'put it in quotes if it is a code and not a quantity: "{shown}"'
        if match["zero"]:
            message = f"`{shown}` is text here, but another number to many YAML programs"
            self.report(Fault("yaml-leading-zero", start, end, message, quoted), _part(container, key))
            return value
        if len(value) > NUMBER_LENGTH:
            message = f"a number of {len(value):,} characters; at most {NUMBER_LENGTH} are read"
            self.report(Fault("yaml-number", start, end, message, quoted), _part(container, key))
            return None
        number: int | float
        if match["int"]:
            number = int(value)
        elif match["hex"] or match["oct"]:
            number = int(value, 0)
        else:
            number = float(value)
            if number in (inf, -inf) or (number == 0 and re.search("[1-9]", value.lower().partition("e")[0])):
                message = f"`{shown}` is beyond what a number can hold"
                self.report(Fault("yaml-number", start, end, message, quoted), _part(container, key))
                return None
        if repr(number) != value:
            message = f"`{shown}` is the number {number!r}, written in another way"
            help_text = f"write {number!r}, or {quoted}"
            self.report(Fault("yaml-number-rewritten", start, end, message, help_text), _part(container, key))
        return number


def _part(container: Any, key: Any) -> str | int | None:
    """Returns the last step of the pointer to the value that is being read."""
    if key is _ITEM:
        return len(container)
    return key if isinstance(key, str) else None
