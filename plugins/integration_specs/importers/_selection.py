"""Select operations of a document by id, tag or path pattern; without criteria, select all."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from integration_specs.contracts import Node
from integration_specs.findings import Finding
from integration_specs.text.display import listing, printable
from integration_specs.text.suggestions import closest

from . import IMPORT_FAULT, ImportFault, ImportOptions, note
from ._draft import Draft


class Selection:
    """The criteria of the command, and which of them matched."""

    def __init__(self, options: ImportOptions, draft: Draft) -> None:
        self._options, self._draft = options, draft
        self._matched: set[str] = set()
        self._ids: set[str] = set()
        self._tags: set[str] = set()

    def includes(self, node: Node, label: str, operation_id: str, tags: list[str], path: str) -> bool:
        """Return whether an operation is selected; report it if it is not."""
        options = self._options
        self._ids.add(operation_id)
        self._tags.update(tags)
        if not (options.operations or options.tags or options.paths):
            return True
        matches = {f"--operation {operation_id}"} if operation_id in options.operations else set()
        matches |= {f"--tag {tag}" for tag in options.tags if tag in tags}
        matches |= {f"--path {pattern}" for pattern in options.paths if path and fnmatchcase(path, pattern)}
        self._matched |= matches
        if not matches:
            self._draft.left_out(node, label, "not selected")
        return bool(matches)

    def require_matches(self) -> None:
        """Raise `ImportFault` for criteria that matched nothing."""
        if faults := list(self._unmatched()):
            raise ImportFault(*faults)

    def _unmatched(self) -> Iterator[Finding]:
        options = self._options
        criteria = [("--operation", name, self._ids) for name in options.operations]
        criteria += [("--tag", name, self._tags) for name in options.tags]
        criteria += [("--path", name, set()) for name in options.paths]
        for option, name, known in criteria:
            if f"{option} {name}" not in self._matched:
                names = sorted(filter(None, known))
                meant = closest(name, names)
                available = f"Available: {listing(names, 8)}." if names else "Write a pattern such as `/orders*`."
                help = f"Did you mean `{printable(meant)}`?" if meant else available
                yield note(
                    IMPORT_FAULT, options, f"nothing in the document matches `{option} {printable(name)}`", help=help
                )
