"""Select operations of a document by id, tag or path pattern."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from integration_specs.text.display import listing, plural, printable
from integration_specs.text.suggestions import closest

from . import IMPORT_FAULT, ImportFault, ImportOptions, note
from ._draft import Draft

MAX_UNSELECTED = 60
"""More operations are not imported unless the command selects some of them or all."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An operation that can be selected. `details` returns its id and tags; it may have to open another file."""

    value: Any
    path: str
    details: Callable[[], tuple[str, Sequence[str]]]


def select(candidates: Sequence[Candidate], draft: Draft) -> list[Any]:
    """Return the values of the candidates that the options select, and count the others.

    Raises `ImportFault` for criteria that match nothing, and without criteria if there are too many candidates.
    """
    options = draft.options
    if not (options.operations or options.tags or options.paths):
        if len(candidates) > MAX_UNSELECTED and not options.all_operations:
            raise _too_many(candidates, options)
        return [each.value for each in candidates]
    selected = []
    matched: set[tuple[str, str]] = set()
    for each in candidates:
        matches = {("path", pattern) for pattern in options.paths if each.path and fnmatchcase(each.path, pattern)}
        if options.operations or options.tags:
            identity, tags = each.details()
            matches |= {("operation", name) for name in options.operations if name == identity}
            matches |= {("tag", tag) for tag in options.tags if tag in tags}
        matched |= matches
        selected += [each.value] if matches else []
    draft.not_selected = len(candidates) - len(selected)
    if faults := list(_unmatched(candidates, options, matched)):
        raise ImportFault(*(note(IMPORT_FAULT, options, message, help=help) for message, help in faults))
    return selected


def _unmatched(
    candidates: Sequence[Candidate], options: ImportOptions, matched: set[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield message and help for each criterion that matches nothing."""
    details = [each.details() for each in candidates] if options.operations or options.tags else []
    ids = sorted({identity for identity, _ in details if identity})
    tags = sorted({tag for _, tags in details for tag in tags if tag})
    criteria: tuple[tuple[str, tuple[str, ...], list[str]], ...] = (
        ("operation", options.operations, ids),
        ("tag", options.tags, tags),
        ("path", options.paths, []),
    )
    for option, names, known in criteria:
        for name in names:
            if (option, name) not in matched:
                available = f"Available: {listing(known, 8)}." if known else "Write a pattern such as `/orders*`."
                meant = closest(name, known)
                help = f"Did you mean `{printable(meant)}`?" if meant else available
                yield f"nothing in the document matches `--{option} {printable(name)}`", help


def _too_many(candidates: Sequence[Candidate], options: ImportOptions) -> ImportFault:
    tags = Counter(tag for each in candidates for tag in each.details()[1])
    starts = Counter("/".join(each.path.split("/")[:2]) + "*" for each in candidates if each.path.startswith("/"))
    listed = [f"{printable(name, 40)} ({count})" for name, count in (tags or starts).most_common(40)]
    known = f" {'Tags' if tags else 'Paths'}: {', '.join(listed)}." if listed else ""
    help = f"Select what you use with --tag, --path or --operation, or everything with --all.{known}"
    message = f"the document has {plural(len(candidates), 'operation')}"
    return ImportFault(note(IMPORT_FAULT, options, message, help=help), tags=tags)
