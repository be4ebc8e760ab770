"""The one type for everything that is wrong or noteworthy, with its place, severity and suggestion.

May import `text`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from integration_specs.grouping import grouped
from integration_specs.text.display import printable
from integration_specs.text.messages import Message, filled

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info")
"""Most serious first."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A part of a file: lines and columns count from 1, columns in characters, the end is exclusive."""

    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def holds(self, other: "Span") -> bool:
        """Return whether `other` lies inside this span or is the same."""
        begins = (self.line, self.column) <= (other.line, other.column)
        return begins and (other.end_line, other.end_column) <= (self.end_line, self.end_column)


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem or note.

    `rule` is a stable name that `explain` knows. `message` says in one line what is wrong (expected and found);
    `help` says what to write instead. `notes` are further lines, such as allowed values. `pointer` leads to the value, and
    is empty for the file as a whole. `fix` is the text to write in place of `span`, or of
    `fix_span` if that is given; there is a fix only if it is unambiguous. `cause` is the same for findings of one file that have one cause.
    """

    rule: str
    level: Level
    message: str
    file: str
    span: Span = Span()
    help: str = ""
    notes: tuple[str, ...] = ()
    pointer: tuple[str | int, ...] = ()
    spec: str = ""
    fix: str | None = None
    cause: str = ""
    fix_span: Span | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, int, str]:
        """The order in reports: by file, then by place, then the most serious first."""
        return (self.file, self.span.line, self.span.column, LEVELS.index(self.level), self.rule)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether one of the findings is an error."""
    return any(finding.level == "error" for finding in findings)


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding, with the texts that `explain` and the reference page show.

    `name` is stable. `summary` is one line, `why` a few sentences, `bad` an example that is reported and `good` its correction.
    `message` and `advice` are templates for findings; with `at_key`, these are at the key or list item instead of the value.
    `variants` have other templates for cases of the rule, by name.
    """

    name: str
    level: Level
    summary: str
    why: str
    bad: str
    good: str
    message: str = "{message}"
    advice: str = "{advice}"
    at_key: bool = False
    variants: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)

    def texts(self, variant: str = "", **values: object) -> tuple[str, str]:
        """Return message and advice with `values` in the templates of the rule, or of one of its variants."""
        templates = self.variants[variant] if variant else {}
        shown = {
            name: printable(value if isinstance(value, str) else str(value), _MAX_VALUE)
            for name, value in values.items()
        }
        message, advice = templates.get("message", self.message), templates.get("advice", self.advice)
        return filled(message, shown), filled(advice, shown)

    def report(
        self,
        file: str,
        span: Span = Span(),
        pointer: tuple[str | int, ...] = (),
        /,
        *,
        variant: str = "",
        level: Level | None = None,
        **values: object,
    ) -> Finding:
        """Return a finding with the templates of the rule, or of one of its variants, in which `values` replace the names."""
        message, advice = self.texts(variant, **values)
        return self.finding(message, file, span, advice, level=level, pointer=pointer)

    def finding(
        self,
        message: str,
        file: str,
        span: Span = Span(),
        help: str = "",
        *,
        level: Level | None = None,
        **others: Any,
    ) -> Finding:
        """Return a finding of this rule, with the rule's severity unless `level` says otherwise, and `others` as its fields."""
        return Finding(self.name, level or self.level, message, file, span, help, **others)


_CONSEQUENCES = frozenset(("unknown-step", "todo-owner", "waiver-unused"))
"""Rules about a name that is defined elsewhere: findings with the same cause are reported at the definition."""
_MAX_LINES = 20
_MAX_VALUE = 300
MAX_PER_RULE = 100
"""The number of findings of one rule in one file that are reported; the others are only counted."""


def deduplicate_by_cause(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Merge findings that share a cause into one, reported at the place to fix.

    It has the highest level among them, and a note with the lines of the others.
    """
    groups = grouped(((each.file, each.cause or number), each) for number, each in enumerate(findings))
    for group in groups.values():
        first, *others = sorted(group, key=lambda each: (each.rule in _CONSEQUENCES, each.span))
        if lines := sorted({each.span.line for each in others} - {first.span.line}):
            first_lines = ", ".join(map(str, lines[:-1][: _MAX_LINES - 1]))
            if len(lines) == 1:
                note = Message("Same cause: line {line}.", line=lines[0])
            elif len(lines) <= _MAX_LINES:
                note = Message("Same cause: lines {lines} and {last}.", lines=first_lines, last=lines[-1])
            else:
                left = len(lines) - _MAX_LINES + 1
                note = Message("Same cause: lines {lines} and {number} more.", lines=first_lines, number=left)
            level = min((each.level for each in (first, *others)), key=LEVELS.index)
            yield replace(first, level=level, notes=(*first.notes, note))
        else:
            yield first


def limit_per_rule(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield at most `MAX_PER_RULE` findings of each rule in each file, and then one that counts the others."""
    for group in grouped(((finding.file, finding.rule), finding) for finding in findings).values():
        if len(group) <= MAX_PER_RULE + 1:
            yield from group
            continue
        group.sort(key=lambda finding: finding.sort_key)
        yield from group[:MAX_PER_RULE]
        message = Message("and {number} more of this rule from here on", number=len(group) - MAX_PER_RULE)
        yield replace(group[MAX_PER_RULE], message=message, help="", notes=(), fix=None)
