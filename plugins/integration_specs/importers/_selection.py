"""Select operations of a document by ID, tag or path pattern."""

from collections import Counter
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import TypeVar

from integration_specs.text.display import listing, plural, printable
from integration_specs.text.suggestions import closest

from . import IMPORT_FAULT, ImportFault, ImportOptions, note
from ._draft import Draft

MAX_UNSELECTED = 60
"""More operations are not imported unless the command selects some of them or all."""
T = TypeVar("T")


def select(
    listed: Sequence[T],
    draft: Draft,
    path_of: Callable[[T], str],
    identify: Callable[[T], tuple[str, Sequence[str]]],
) -> list[T]:
    """Return the operations that the options select, and count the others.

    `identify` returns the ID and the tags of an operation; it may have to open another file. Raises `ImportFault` for criteria
    that match nothing, and without criteria if there are too many operations.
    """
    options = draft.options
    criteria = {"operation": options.operations, "tag": options.tags, "path": options.paths}
    if not any(criteria.values()):
        if len(listed) > MAX_UNSELECTED and not options.all_operations:
            raise _too_many([path_of(each) for each in listed], [identify(each)[1] for each in listed], options)
        return list(listed)
    selected: list[T] = []
    matched: set[tuple[str, str]] = set()
    known: dict[str, set[str]] = {"operation": set(), "tag": set(), "path": set()}
    for each in listed:
        path = path_of(each)
        matches = {("path", pattern) for pattern in options.paths if path and fnmatchcase(path, pattern)}
        if options.operations or options.tags:
            identity, tagged = identify(each)
            named = {"operation": {identity} - {""}, "tag": {*tagged} - {""}}
            for option, names in named.items():
                known[option] |= names
                matches |= {(option, name) for name in criteria[option] if name in names}
        matched |= matches
        selected += [each] if matches else []
    draft.not_selected = len(listed) - len(selected)
    faults = []
    for option, asked in criteria.items():
        for name in asked:
            if (option, name) not in matched:
                others = sorted(known[option])
                available = f"Available: {listing(others, 8)}." if others else "Write a pattern such as `/orders*`."
                meant = closest(name, others)
                help = f"Did you mean `{printable(meant)}`?" if meant else available
                message = f"nothing in the document matches `--{option} {printable(name)}`"
                faults.append(note(IMPORT_FAULT, options, message, help=help))
    if faults:
        raise ImportFault(*faults)
    return selected


def _too_many(paths: list[str], tags_of_each: list[Sequence[str]], options: ImportOptions) -> ImportFault:
    tags = Counter(tag for tags in tags_of_each for tag in tags)
    starts = Counter("/".join(path.split("/")[:2]) + "*" for path in paths if path.startswith("/"))
    most = [f"{printable(name, 40)} ({count})" for name, count in (tags or starts).most_common(40)]
    listed = f" {'Tags' if tags else 'Paths'}: {', '.join(most)}." if most else ""
    help = f"Select what you use with --tag, --path or --operation, or everything with --all.{listed}"
    message = f"the document has {plural(len(paths), 'operation')}"
    return ImportFault(note(IMPORT_FAULT, options, message, help=help), tags=tags)
