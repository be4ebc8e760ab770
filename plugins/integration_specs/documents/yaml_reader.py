"""Builds the data of a document from libyaml's events, and reports what the YAML subset does not allow."""

import re
from contextlib import suppress
from itertools import islice
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
from integration_specs.findings.internal_errors import best_effort
from integration_specs.text.display import printable

from .anchors import Anchors
from .limits import Limits
from .positions import Positions
from .rules import RULES
from .syntax_errors import (
    Problem,
    StopReading,
    bad_characters,
    bad_value,
    complex_key,
    empty_file,
    explain_error,
    folded_item,
    more_text,
    no_break_space,
    plain_problem,
    property_problem,
    too_deep,
    too_many_nodes,
    typographic_quotes,
)
from .syntax_hints import no_break_spaces, words_in_typographic_quotes

CParser: Any = None
"""libyaml's parser; None if PyYAML was built without it."""
with suppress(ImportError):
    from yaml import cyaml

    CParser = vars(cyaml)["CParser"]

MAX_REPORTED: Final = 20
"""The number of errors after which reading stops, and of warnings that are kept."""

_BINARY: Final = "tag:yaml.org,2002:binary"


class _Placeholder:
    """Replaces a key that is not allowed, so that the keys still correspond to the positions."""


_KEY: Final = _Placeholder()  # the mapping expects a key
_ITEM: Final = _Placeholder()  # the list expects an item

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
_OPENING_BRACKET = re.compile(r"[\[{]")
_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
MAX_NUMBER_LENGTH: Final = 32


class YamlReader:
    """Reads one text and collects the findings."""

    __slots__ = ("_errors", "_limits", "_path", "_positions", "_repeated", "_stack", "_warnings", "findings")

    def __init__(self, limits: Limits, positions: Positions, path: str) -> None:
        self.findings: list[Finding] = []
        self._limits = limits
        self._positions = positions
        self._path = path
        self._errors = self._warnings = 0
        self._repeated = -1  # the list item in which the keys of another item follow
        self._stack: list[tuple[Any, Any, int, Any]] = []

    def report(self, problem: Problem, *parts: str | int | None) -> None:
        """Add a finding; `parts` end its pointer. Raises StopReading after the last error that is reported."""
        rule = RULES[problem.rule]
        if rule.level == "error":
            self._errors += 1
        else:
            self._warnings += 1
            if self._warnings > MAX_REPORTED:
                return
        pointer: tuple[str | int, ...] = ()
        if self._stack:  # otherwise it is about the file, or a root that is not a mapping
            pointer = tuple(part for *_, part in self._stack[1:] if isinstance(part, str | int))
            pointer += tuple(part for part in parts if part is not None)
        span = self._positions.span(problem.start, problem.end)
        help_text = problem.help[:1].upper() + problem.help[1:] + "." * (problem.help[-1:] not in ("", "."))
        self.findings.append(rule.finding(problem.message, self._path, span, help_text, pointer=pointer))
        if self._errors >= MAX_REPORTED:
            raise StopReading

    def read(self, text: str) -> Any:
        """Return the data, which means nothing if there is an error among the findings."""
        try:
            return self._read(text)
        except StopReading as end:
            if end.problem is not None and self._errors < MAX_REPORTED:
                self._stack.clear()
                with suppress(StopReading):
                    self.report(end.problem)
            return None

    def _read(self, text: str) -> Any:
        clean = text
        for problem in bad_characters(text, self._limits.invisible):
            self.report(problem)
            clean = clean[: problem.start] + "\ufffd" + clean[problem.start + 1 :]
        start = _BLANK.match(text).end()  # type: ignore[union-attr]  # it matches the empty text
        if start == len(text):
            raise StopReading(empty_file())
        if text[start] == "%" and (not start or text[start - 1] == "\n"):
            directive = text[start : start + 80].split("\n", maxsplit=1)[0].rstrip()
            message = f"`{printable(directive)}` is a YAML directive, which is not allowed"
            raise StopReading(Problem("yaml-directive", start, start + len(directive), message, "delete the line"))
        try:
            data = self._build(CParser(clean), clean)
        except yaml.YAMLError as error:
            self._stop_if_too_deep(clean)
            if clean is not text:  # the replaced character may be the cause
                return None
            raise StopReading(self._explained(error, text)) from error
        self._report_look_alikes(text)
        if not isinstance(data, dict) and not self._limits.any_root and not self._errors:
            self._stop_at_root(data)
        return data

    def _stop_if_too_deep(self, text: str) -> None:
        """Raise StopReading if the nesting is too deep where libyaml stopped.

        Since version 0.2.6 it has a limit of its own, and reports that before the events of the levels that lead to it.
        """
        start = self._positions.ends[-1] if self._positions.ends else 0
        brackets = list(islice(_OPENING_BRACKET.finditer(text, start), self._limits.depth + 2))
        if len(brackets) == self._limits.depth + 2:
            reader = YamlReader(self._limits, Positions(text, []), self._path)
            with suppress(yaml.YAMLError):
                reader._build(CParser(text[: brackets[-1].end()]), text)

    def _explained(self, error: Exception, text: str) -> Problem:
        starts, ends = self._positions.starts, self._positions.ends
        last = -2 if len(starts) > 1 and starts[-1] == ends[-1] == ends[-2] else -1  # skip a value that is left out
        span = (starts[last], ends[last]) if starts else (0, 0)
        return best_effort(lambda: explain_error(error, text, span), plain_problem(error, text))

    def _report_look_alikes(self, text: str) -> None:
        """Report spaces and quotes of word processors, which YAML reads as part of a text."""
        self._stack.clear()
        for node, space in no_break_spaces(text):
            if node in self._positions.starts:
                self.report(no_break_space(space))
        for start, end in words_in_typographic_quotes(text):
            if (start, end) in zip(self._positions.starts, self._positions.ends, strict=True):
                self.report(typographic_quotes(text[start:end], start, end))

    def _stop_at_root(self, data: Any) -> None:
        start = self._positions.starts[0]
        if data is None and start == self._positions.ends[0]:
            raise StopReading(empty_file())
        rule, found = ("list", "a list") if isinstance(data, list) else ("scalar", "a single value")
        message = f"expected fields but found {found}"
        help_text = "start with `system: …` at the left margin"
        raise StopReading(Problem(f"yaml-root-{rule}", start, start + 1, message, help_text))

    def _build(self, parser: Any, text: str) -> Any:  # noqa: PLR0915
        """Return the data: one loop with its own stack; no function is called for an ordinary node, because the loop is hot."""
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
                    raise StopReading(too_many_nodes(start, max_nodes))
                anchor, plain = event.anchor, event.implicit[0]
                if anchor is not None or event.tag is not None:
                    self._properties(event, container, key)
                    plain = event.style == ""
                    if anchor is not None:  # the scalar itself starts after it
                        starts[-1] = min(end, _BLANK.match(text, start + len(anchor) + 1).end())  # type: ignore[union-attr]
                if not plain and event.style == '"' and end - start != len(value) + 2 and not limits.invisible:
                    self._check_escapes(value, start, end, container, key)
                if key is _KEY:
                    if len(value) > max_key or (plain and value in _ODD_KEYS):
                        value = self._odd_key(value, start, end)
                    if text[start - 1] == "?" and 0 < start < end:
                        raise StopReading(complex_key(text, start))
                    if value in container:
                        self._duplicate(value, container, node, start, end)
                        value = _Placeholder()
                    key = intern(value) if value.__class__ is str else value
                    if anchor is not None and anchors is not None:
                        anchors.known[anchor] = (len(starts) - 1, key, 1, 0)
                    continue
                if len(value) > max_scalar:
                    self._long_scalar(len(value), start, container, key)
                elif plain:
                    if value in _WORDS:
                        if start == end and key is not _ITEM and text[start - 1] != ":":
                            starts[-1] = ends[-1] = ends[-2]  # for `? key` alone libyaml expects the value below
                        value = _WORDS[value]
                    elif value[0] in _NUMERIC:
                        value = self._number(value, start, end, container, key)
                    elif value in _TRUTHY:
                        self._truthy(value, start, end, container, key)
                    elif end - start != len(value):  # it continues on the next line
                        self._folded(text, start, end, container, key)
                if anchor is not None and anchors is not None:
                    anchors.known[anchor] = (len(starts) - 1, value, 1, 0)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                start = event.start_mark.index
                if key is _KEY:
                    raise StopReading(complex_key(text, start))
                if len(stack) >= max_depth:
                    raise StopReading(too_deep(start, max_depth))
                if event.anchor is not None or event.tag is not None:
                    self._properties(event, container, key)
                add_start(start)
                add_end(start)
                if len(starts) > max_nodes:
                    raise StopReading(too_many_nodes(start, max_nodes))
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
                if end > start:  # the bracket; a block ends with its last node
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
                    raise StopReading(complex_key(text, start))
                add_start(start)
                add_end(end)
                if anchors is None:
                    self.report(property_problem("alias", "*", event.anchor, start, end), _part(container, key))
                    value = None
                else:
                    target, value = anchors.use(event, len(starts), len(stack), limits)
                    positions.aliases[len(starts) - 1] = target
            elif kind is DocumentEndEvent:
                end = event.end_mark.index
                rest = _BLANK.match(text, end).end()  # type: ignore[union-attr]  # it matches the empty text
                if rest < len(text):
                    raise StopReading(more_text(text, rest))
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
        """Report an anchor or a tag, at its sign and name."""
        start, part = event.start_mark.index, _part(container, key)
        if event.anchor is not None and not self._limits.aliases:
            end = start + len(event.anchor) + 1
            self.report(property_problem("anchor", "&", event.anchor, start, end), part)
        if event.tag is not None and not (self._limits.binary and event.tag == _BINARY):
            name = event.tag.replace("tag:yaml.org,2002:", "!!")
            name = name if name.startswith("!") else f"!<{name}>"
            self.report(property_problem("tag", "!", name[1:], start, start + len(name)), part)

    def _check_escapes(self, value: str, start: int, end: int, container: Any, key: Any) -> None:
        problem = bad_value(value, start, end)
        if problem is not None:
            self.report(problem, _part(container, key))

    def _long_scalar(self, length: int, start: int, container: Any, key: Any) -> None:
        message = f"a text has {length:,} characters; the maximum is {self._limits.scalar:,}"
        self.report(
            Problem("yaml-scalar-too-long", start, start + 1, message, "move it to an attachment"),
            _part(container, key),
        )

    def _odd_key(self, value: str, start: int, end: int) -> _Placeholder:
        """Report a key that is not allowed, and return its replacement."""
        if len(value) > self._limits.key:
            message = f"a key has {len(value):,} characters; the maximum is {self._limits.key}"
            self.report(Problem("yaml-key-too-long", start, end, message, "check for a missing or extra `:` or quote"))
        elif value == "<<":
            help_text = "write the fields themselves; if `<<` is really the key, put it in quotes"
            self.report(
                Problem("yaml-merge-key", start, end, "`<<` is a YAML merge key, which is not allowed", help_text)
            )
        else:
            message = "a key is empty"
            self.report(Problem("yaml-empty-key", start, start + 1, message, "write a key before the `:`"))
        return _Placeholder()

    def _duplicate(self, value: str, container: dict[Any, Any], node: int, start: int, end: int) -> None:
        positions = self._positions
        if node == self._repeated:
            return  # the key that was repeated first is reported already
        first = positions.child_nodes(node, container)[value]
        one = positions.span(positions.starts[first], positions.ends[first]).line
        two = positions.span(start, end).line
        where = f"on line {one} and again on line {two}" if one != two else f"twice on line {one}"
        help_text = "keep one of the two; write several values of one key as a list"
        if isinstance(self._stack[-1][0], list) and value == next(iter(container)):
            self._repeated = node
            help_text = f"put `- ` before it if a new item starts here: `- {printable(value, 40)}: …`; otherwise keep one of the two"
        self.report(
            Problem(
                "yaml-duplicate-key", start, end, f"the key `{printable(value, 40)}` is written {where}", help_text
            ),
            value,
        )

    def _folded(self, text: str, start: int, end: int, container: Any, key: Any) -> None:
        dash = text.find("- ", text.find("\n", start, end), end)
        if dash > 0 and not text[text.rfind("\n", start, dash) + 1 : dash].strip(" "):
            self.report(folded_item(text, dash), _part(container, key))

    def _truthy(self, value: str, start: int, end: int, container: Any, key: Any) -> None:
        message = f"`{value}` is read as text here, but as true or false by many YAML parsers"
        help_text = f'if you mean a boolean, write true or false; otherwise put it in quotes: "{value}"'
        self.report(Problem("yaml-truthy-word", start, end, message, help_text), _part(container, key))

    def _number(self, value: str, start: int, end: int, container: Any, key: Any) -> Any:
        """Return the number that a plain word means in the core schema of YAML 1.2, or the word."""
        match = _NUMBER.fullmatch(value)
        if match is None:
            return value
        shown = printable(value, 40)
        quoted = f'put it in quotes if it is a code, not a quantity: "{shown}"'
        if match["zero"]:
            message = f"`{shown}` is read as text here, but as another number by many YAML parsers"
            self.report(Problem("yaml-leading-zero", start, end, message, quoted), _part(container, key))
            return value
        if len(value) > MAX_NUMBER_LENGTH:
            message = f"a number has {len(value):,} characters; the maximum is {MAX_NUMBER_LENGTH}"
            self.report(Problem("yaml-number", start, end, message, quoted), _part(container, key))
            return None
        number: int | float
        if match["int"]:
            number = int(value)
        elif match["hex"] or match["oct"]:
            number = int(value, 0)
        else:
            number = float(value)
            if number in (inf, -inf) or (number == 0 and re.search("[1-9]", value.lower().partition("e")[0])):
                message = f"the number `{shown}` is out of range"
                self.report(Problem("yaml-number", start, end, message, quoted), _part(container, key))
                return None
        if repr(number) != value:
            message = f"`{shown}` is read as the number {number!r}"
            help_text = f"write {number!r}, or {quoted}"
            self.report(Problem("yaml-number-rewritten", start, end, message, help_text), _part(container, key))
        return number


def _part(container: Any, key: Any) -> str | int | None:
    """Return the last step of the pointer to the value that is being read."""
    if key is _ITEM:
        return len(container)
    return key if isinstance(key, str) else None
