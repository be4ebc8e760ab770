"""Select operations of a document by id, tag or path pattern."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from integration_specs.findings import Finding
from integration_specs.text.display import listing, plural, printable
from integration_specs.text.suggestions import closest

from . import IMPORT_FAULT, ImportFault, ImportOptions, TooManyOperations, note
from ._draft import Draft

MAX_UNSELECTED = 60
"""More operations are not imported unless the command selects some of them or all."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An operation that can be selected. `details` returns its id and tags; it may have to open another file."""

    value: Any
    path: str
    details: Callable[[], tuple[str, Sequence[str]]]


def select(candidates: Sequence[Candidate], options: ImportOptions, draft: Draft) -> list[Any]:
    """Return the values of the selected candidates, and count the others.

    Raises `ImportFault` for criteria that match nothing, and `TooManyOperations` without criteria if there are too many.
    """
    if not (options.operations or options.tags or options.paths):
        if len(candidates) > MAX_UNSELECTED and not options.all_operations:
            raise TooManyOperations(_too_many(candidates, options), _tag_counts(candidates))
        return [each.value for each in candidates]
    matched: set[str] = set()
    selected: list[Any] = []
    for each in candidates:
        matches = {f"--path {pattern}" for pattern in options.paths if each.path and fnmatchcase(each.path, pattern)}
        if options.operations or options.tags:
            identity, tags = each.details()
            matches |= {f"--operation {identity}"} & {f"--operation {name}" for name in options.operations}
            matches |= {f"--tag {tag}" for tag in tags if tag in options.tags}
        matched |= matches
        if matches:
            selected.append(each.value)
        else:
            draft.not_selected()
    if faults := list(_unmatched(candidates, options, matched)):
        raise ImportFault(*faults)
    return selected


def _unmatched(candidates: Sequence[Candidate], options: ImportOptions, matched: set[str]) -> Iterator[Finding]:
    details = [each.details() for each in candidates] if options.operations or options.tags else []
    ids = sorted({identity for identity, _ in details if identity})
    tags = sorted({tag for _, tags in details for tag in tags if tag})
    criteria = [("--operation", name, ids) for name in options.operations]
    criteria += [("--tag", name, tags) for name in options.tags]
    criteria += [("--path", name, []) for name in options.paths]
    for option, name, known in criteria:
        if f"{option} {name}" not in matched:
            meant = closest(name, known)
            available = f"Available: {listing(known, 8)}." if known else "Write a pattern such as `/orders*`."
            help = f"Did you mean `{printable(meant)}`?" if meant else available
            yield note(
                IMPORT_FAULT, options, f"nothing in the document matches `{option} {printable(name)}`", help=help
            )


def _tag_counts(candidates: Sequence[Candidate]) -> Counter[str]:
    return Counter(tag for each in candidates for tag in each.details()[1])


def _too_many(candidates: Sequence[Candidate], options: ImportOptions) -> Finding:
    tags = [f"{printable(tag, 40)} ({count})" for tag, count in _tag_counts(candidates).most_common(40)]
    starts = Counter("/".join(each.path.split("/")[:2]) for each in candidates if each.path.startswith("/"))
    prefixes = [f"{printable(start, 40)}* ({count})" for start, count in starts.most_common(40)]
    known = f"Tags: {', '.join(tags)}." if tags else f"Paths: {', '.join(prefixes)}." if prefixes else ""
    help = f"Select what you use with --tag, --path or --operation, or everything with --all. {known}".strip()
    return note(IMPORT_FAULT, options, f"the document has {plural(len(candidates), 'operation')}", help=help)
