"""The one type for everything that is wrong or noteworthy, with its place, severity and suggestion.

May import `text`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info")
"""Most serious first."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file: lines and columns count from 1, columns in characters, the end is exclusive."""

    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def holds(self, other: "Span") -> bool:
        """Whether `other` lies inside this stretch, or is the same."""
        begins = (self.line, self.column) <= (other.line, other.column)
        return begins and (other.end_line, other.end_column) <= (self.end_line, self.end_column)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.

    `rule` is a stable name that `explain` knows. `message` says in one line what is wrong (expected and found);
    `help` what to type. `notes` are further lines (the schema's description, allowed values). `pointer` is the path of
    keys and indexes inside the document, empty for the file as a whole. `fix` is the text to put in the place of `span`,
    given only where there is one right answer. `cause` is the same for findings of one file that one slip brought about.
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

    @property
    def sort_key(self) -> tuple[str, int, int, int, str]:
        """Order of reports: by file, then by place, then the most serious first."""
        return (self.file, self.span.line, self.span.column, LEVELS.index(self.level), self.rule)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether one of them is an error."""
    return any(finding.level == "error" for finding in findings)


@dataclass(frozen=True, slots=True)
class Rule:
    """What can be found: a stable name with all that `explain` and the reference page say of it.

    `summary` is one line, `why` a few sentences, `bad` what sets it off and `good` what to write instead.
    """

    name: str
    level: Level
    summary: str
    why: str
    bad: str
    good: str

    def finding(
        self,
        message: str,
        file: str,
        span: Span = Span(),
        help: str = "",
        *,
        notes: tuple[str, ...] = (),
        pointer: tuple[str | int, ...] = (),
        spec: str = "",
        level: Level | None = None,
        fix: str | None = None,
        cause: str = "",
    ) -> Finding:
        """Return a finding of this rule, with the rule's severity unless `level` says otherwise."""
        return Finding(self.name, level or self.level, message, file, span, help, notes, pointer, spec, fix, cause)


_FOLLOWING = frozenset(("unknown-step", "todo-owner", "waiver-unused"))
"""Rules that name something from elsewhere: of one cause their findings are told last."""


def deduplicate_by_cause(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, of those with one cause only one, where it is to be mended: at the gravest level, with the lines of the others in a note."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault((finding.file, finding.cause) if finding.cause else (str(number),), []).append(finding)
    for group in groups.values():
        first, *others = sorted(group, key=lambda each: (each.rule in _FOLLOWING, each.span))
        if lines := sorted({each.span.line for each in others} - {first.span.line}):
            last = str(lines[-1]) if len(lines) <= _MOST_LINES else f"{len(lines) - _MOST_LINES + 1} more"
            listed = " and ".join(filter(None, [", ".join(map(str, lines[:-1][: _MOST_LINES - 1])), last]))
            note = f"Same cause: line{'s' if len(lines) > 1 else ''} {listed}."
            level = min((each.level for each in (first, *others)), key=LEVELS.index)
            yield replace(first, level=level, notes=(*first.notes, note))
        else:
            yield first


_MOST_LINES = 20
MOST_OF_A_RULE = 100
"""More findings of one rule in one file than this are counted, not told: the first ones explain the rest."""


def limit_per_rule(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, of those of one rule in one file the first ones, and how many more there are."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.file, finding.rule), []).append(finding)
    for group in groups.values():
        if len(group) <= MOST_OF_A_RULE + 1:
            yield from group
            continue
        group.sort(key=lambda finding: finding.sort_key)
        yield from group[:MOST_OF_A_RULE]
        message = f"and {len(group) - MOST_OF_A_RULE} more of this rule from here on"
        yield replace(group[MOST_OF_A_RULE], message=message, help="", notes=(), fix=None)
