"""A release note in Markdown for the people who consume our data: what changes for them, in plain words."""

from collections.abc import Iterable, Iterator

from integration_specs.diff import Change
from integration_specs.diff.descriptions import impact_text, sentence

from . import DiffReport
from .markdown import escape

_GROUPS = (
    ("Breaking changes", ("breaking",), ()),
    ("Changes to check", ("risky",), ()),
    ("Added", ("safe",), ("-added", "-created", "activated")),
    ("Changed", ("safe",), ()),
)
_INTERNAL = ("ownership", "operations", "security", "privacy", "editorial")
"""Concerns that consumers of our data need not read, unless the change also concerns the contract or data."""


def diff(report: DiffReport) -> Iterator[str]:
    """Yield the release note, by spec: breaking changes first, then what to check, what is new and what else changed."""
    yield f"# Changes of integrations\n\nFrom {escape(report.base)} to {escape(report.head)}.\n"
    is_empty = True
    for spec, changes in report.by_spec.items():
        relevant = [change for change in changes if _is_relevant(change)]
        if not relevant:
            continue
        is_empty = False
        subject = report.subjects.get(spec)
        yield f"\n## {escape(subject.title if subject else spec)}\n"
        yield from _groups(relevant)
    if is_empty:
        yield "\nNothing changes for consumers.\n"


def _groups(changes: Iterable[Change]) -> Iterator[str]:
    left = list(changes)
    for title, levels, endings in _GROUPS:
        group = [each for each in left if each.level in levels and (not endings or each.rule.endswith(endings))]
        left = [each for each in left if each not in group]
        if group:
            yield f"\n### {title}\n\n"
        for change in group:
            affected = impact_text(change)
            yield f"- {escape(sentence(change))}{f' ({escape(affected)})' if affected else ''}.\n"


def _is_relevant(change: Change) -> bool:
    if change.level == "editorial":
        return False
    return any(concern not in _INTERNAL for concern in change.concerns)
