"""Builds the data of a document from libyaml's events, and reports what the YAML subset does not allow."""

import re
from contextlib import suppress
from itertools import islice
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
from integration_specs.text.messages import DerivedMessage, Message

from .libyaml_errors import explain_error, more_text, plain_problem
from .limits import Limits
from .pointers import last_key
from .positions import Positions
from .syntax_hints import no_break_spaces, words_in_typographic_quotes
from .yaml_anchors import Anchors
from .yaml_problems import RULES, Problem, StopReading, bad_characters, bad_value, problem
from .yaml_scalars import MEANINGFUL, NUMERIC, TRUTHY, WORDS, read_number

CParser: Any = None
"""libyaml's parser; None if PyYAML was built without it."""
with suppress(ImportError):
    from yaml import cyaml

    CParser = vars(cyaml)["CParser"]

MAX_REPORTED: Final = 20
"""The number of errors after which reading stops, and of warnings that are kept."""

_RECORDED: Final = ("tag:yaml.org,2002:binary", "!binary", "!")
"""Tags of bytes and of quoted texts that libraries write into cassettes."""


class _Placeholder:
    """Replaces a key that is not allowed, so that the keys still correspond to the positions."""


_KEY: Final = _Placeholder()  # the mapping expects a key
_ITEM: Final = _Placeholder()  # the list expects an item

_SHARED: Final = 40
"""Texts that are no longer than this are often equal in several files: one object is kept of them."""
_ODD_KEYS: Final = frozenset(("", "<<"))
_OPENING_BRACKET = re.compile(r"[\[{]")
_SPACE = re.compile(r"\s")
_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")


class YamlReader:
    """Reads one text and collects the findings."""

    __slots__ = (
        "_errors",
        "_limits",
        "_path",
        "_positions",
        "_repeated",
        "_stack",
        "_warnings",
        "findings",
        "rewritten",
    )

    def __init__(self, limits: Limits, positions: Positions, path: str) -> None:
        self.findings: list[Finding] = []
        self.rewritten: list[tuple[str, str]] = []
        self._limits = limits
        self._positions = positions
        self._path = path
        self._errors = self._warnings = 0
        self._repeated = -1  # the list item in which the keys of another item follow
        self._stack: list[tuple[Any, Any, int, Any]] = []

    def _report(self, found: Problem, *parts: str | int | None) -> None:
        """Add a finding; `parts` end its pointer. Raises StopReading after the last error that is reported."""
        rule = RULES[found.rule]
        if rule.level == "error":
            self._errors += 1
        else:
            self._warnings += 1
            if self._warnings > MAX_REPORTED:
                return
        pointer: tuple[str | int, ...] = ()
        if self._stack:  # otherwise it is about the file, or a root that is not a mapping
            steps = (*(part for *_, part in self._stack[1:]), *parts)
            pointer = tuple(step for step in steps if isinstance(step, str | int))
        span = self._positions.span(found.start, found.end)
        help_text = DerivedMessage(_sentence, found.help)
        self.findings.append(rule.finding(found.message, self._path, span, help_text, pointer=pointer))
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
                    self._report(end.problem)
            return None

    def _read(self, text: str) -> Any:
        clean = text
        for found in bad_characters(text, self._limits.invisible):
            self._report(found)
            clean = clean[: found.start] + "\ufffd" + clean[found.start + 1 :]
        start = _BLANK.match(text).end()  # type: ignore[union-attr]  # it matches the empty text
        if start == len(text):
            raise StopReading(problem("empty", 0, 0))
        if text[start] == "%" and (not start or text[start - 1] == "\n"):
            line = text[start : start + 80].split("\n", maxsplit=1)[0].rstrip()
            raise StopReading(problem("directive", start, start + len(line), line=printable(line)))
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
            reader = YamlReader(self._limits, Positions(text), self._path)
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
                self._report(problem("no-break-space", space))
        for start, end in words_in_typographic_quotes(text):
            if (start, end) in zip(self._positions.starts, self._positions.ends, strict=True):
                word, inside = printable(text[start:end], 40), printable(text[start + 1 : end - 1], 40)
                self._report(problem("typographic-quotes", start, end, text=word, inside=inside))

    def _stop_at_root(self, data: Any) -> None:
        start = self._positions.starts[0]
        if data is None and start == self._positions.ends[0]:
            raise StopReading(problem("empty", 0, 0))
        raise StopReading(problem("root-list" if isinstance(data, list) else "root-scalar", start))

    def _build(self, parser: Any, text: str) -> Any:  # noqa: PLR0915
        """Return the data: one loop with its own stack; no function is called for an ordinary node, because the loop is hot."""
        limits, stack, positions = self._limits, self._stack, self._positions
        starts, ends, nexts = positions.starts, positions.ends, positions.nexts
        max_nodes, max_scalar, max_key, max_depth = limits.nodes, limits.scalar, limits.key, limits.depth
        anchors = Anchors() if limits.aliases else None
        keys: dict[str, str] = {}  # those that are known to be allowed
        has_question_mark = "?" in text
        root: list[Any] = []
        container: Any = root
        key: Any = _ITEM
        node = closed_at = closed_end = 0
        for event in iter(parser.get_event, None):
            kind = event.__class__
            if kind is ScalarEvent:
                start, end, value = event.start_mark.index, event.end_mark.index, event.value
                starts.append(start)
                ends.append(end)
                if len(starts) > max_nodes:
                    raise StopReading(problem("too-many-nodes", start, limit=max_nodes))
                anchor, plain = event.anchor, event.implicit[0]
                if anchor is not None or event.tag is not None:
                    self._properties(event, container, key)
                    plain = event.style == ""
                    if anchor is not None:  # the scalar itself starts after it
                        starts[-1] = min(end, _BLANK.match(text, start + len(anchor) + 1).end())  # type: ignore[union-attr]
                if not plain and end - start != len(value) + 2:
                    self._rewritten(event.style, value, start, end, container, key)
                if key is _KEY:
                    key = keys.get(value)
                    if key is None:
                        if len(value) > max_key or (plain and value in _ODD_KEYS):
                            key = self._odd_key(value, start, end)
                        elif value in _ODD_KEYS:
                            key = intern(value)
                        else:
                            key = keys[value] = intern(value)
                    if has_question_mark and text[start - 1] == "?" and 0 < start < end:
                        raise StopReading(_complex_key(text, start))
                    if key in container:
                        self._duplicate(value, container, node, start, end)
                        key = _Placeholder()
                    if anchor is not None and anchors is not None:
                        anchors.known[anchor] = (len(starts) - 1, key, 1, 0)
                    continue
                length = len(value)
                if length > max_scalar:
                    long = problem("long-text", start, length=length, limit=max_scalar)
                    self._report(long, _part(container, key))
                elif plain:
                    if value[:1] not in MEANINGFUL:
                        if end - start != length:  # it continues on the next line
                            self._folded(text, start, end, container, key)
                    elif value in WORDS:
                        if start == end and key is not _ITEM and text[start - 1] != ":":
                            starts[-1] = ends[-1] = ends[-2]  # for `? key` alone libyaml expects the value below
                        value = WORDS[value]
                    elif value[0] in NUMERIC:
                        value, found = read_number(value, start, end)
                        if found:
                            self._report(found, _part(container, key))
                    elif value in TRUTHY:
                        self._report(problem("truthy-word", start, end, word=value), _part(container, key))
                    elif end - start != length:
                        self._folded(text, start, end, container, key)
                if value.__class__ is str and len(value) <= _SHARED:
                    value = intern(value)
                if anchor is not None and anchors is not None:
                    anchors.known[anchor] = (len(starts) - 1, value, 1, 0)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                start = event.start_mark.index
                if key is _KEY:
                    raise StopReading(_complex_key(text, start))
                if len(stack) >= max_depth:
                    raise StopReading(problem("too-deep", start, level=max_depth + 1, limit=max_depth))
                if event.anchor is not None or event.tag is not None:
                    self._properties(event, container, key)
                starts.append(start)
                ends.append(start)
                if len(starts) > max_nodes:
                    raise StopReading(problem("too-many-nodes", start, limit=max_nodes))
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
                    raise StopReading(_complex_key(text, start))
                starts.append(start)
                ends.append(end)
                if anchors is None:
                    shown = f"*{printable(event.anchor, 40)}"
                    self._report(problem("alias", start, end, shown=shown), _part(container, key))
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
            self._report(problem("anchor", start, end, shown=f"&{printable(event.anchor, 40)}"), part)
        if event.tag is not None and not (self._limits.binary and event.tag in _RECORDED):
            name = event.tag.replace("tag:yaml.org,2002:", "!!")
            name = name if name.startswith("!") else f"!<{name}>"
            self._report(problem("tag", start, start + len(name), shown=f"!{printable(name[1:], 40)}"), part)

    def _rewritten(self, style: str, value: str, start: int, end: int, container: Any, key: Any) -> None:
        """Keep a text that the file may not show; report a character that is not allowed, even if it is written as an escape."""
        if style == '"' and not self._limits.invisible and (found := bad_value(value, start, end)):
            self._report(found, _part(container, key))
        if style == '"' or not _SPACE.search(value):
            steps = (*(step for *_, step in self._stack), value if key is _KEY else key)
            self.rewritten.append((last_key(steps), value))

    def _odd_key(self, value: str, start: int, end: int) -> _Placeholder:
        """Report a key that is not allowed, and return its replacement."""
        if len(value) > self._limits.key:
            self._report(problem("long-key", start, end, length=len(value), limit=self._limits.key))
        else:
            self._report(problem("merge-key", start, end) if value else problem("empty-key", start))
        return _Placeholder()

    def _duplicate(self, value: str, container: dict[Any, Any], node: int, start: int, end: int) -> None:
        positions = self._positions
        if node == self._repeated:
            return  # the key that was repeated first is reported already
        first = positions.child_nodes(node, container)[value]
        one = positions.span(positions.starts[first], positions.ends[first]).line
        two = positions.span(start, end).line
        where = Message("on line {first} and again on line {second}", first=one, second=two)
        where = where if one != two else Message("twice on line {line}", line=one)
        starts_item = isinstance(self._stack[-1][0], list) and value == next(iter(container))
        if starts_item:
            self._repeated = node
        name = "duplicate-first-key" if starts_item else "duplicate-key"
        self._report(problem(name, start, end, key=printable(value, 40), where=where), value)

    def _folded(self, text: str, start: int, end: int, container: Any, key: Any) -> None:
        """Report a list item that is read as part of the text above it."""
        dash = text.find("- ", text.find("\n", start, end), end)
        if dash > 0 and not text[text.rfind("\n", start, dash) + 1 : dash].strip(" "):
            line = text[dash:end].partition("\n")[0]
            self._report(
                problem("folded-item", dash, dash + len(line), line=printable(line, 40)), _part(container, key)
            )


def _sentence(text: str) -> str:
    """Return a text of the table with a capital letter and a full stop."""
    return text[:1].upper() + text[1:] + "." * (text[-1:] not in ("", "."))


def _complex_key(text: str, start: int) -> Problem:
    """Return the problem of a key that is not plain text, or that libyaml would read without its question mark."""
    if text[start - 1 : start] == "?":
        return problem("question-mark", start - 1)
    if text.startswith("{", start) and text[start - 1 : start] == "{":
        return problem("two-braces", start - 1, start + 1)
    return problem("complex-key", start)


def _part(container: Any, key: Any) -> str | int | None:
    """Return the last step of the pointer to the value that is being read."""
    if key is _ITEM:
        return len(container)
    return key if isinstance(key, str) else None
