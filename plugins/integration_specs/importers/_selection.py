"""Which operations of a document are taken: by id, tag or path pattern; everything when nothing is asked."""

from fnmatch import fnmatchcase

from integration_specs.contracts.resolver import Node
from integration_specs.text.display import printable
from integration_specs.text.suggestions import closest

from . import IMPORT_FAULT, ImportFault, ImportOptions, note
from ._draft import Draft


class Selection:
    """What was asked for, and what of it was found."""

    def __init__(self, options: ImportOptions, draft: Draft) -> None:
        self._options, self._draft = options, draft
        self._matched: set[str] = set()
        self._ids: set[str] = set()
        self._tags: set[str] = set()

    def take(self, node: Node, label: str, operation_id: str, tags: list[str], path: str) -> bool:
        """Whether the operation goes into the spec; one that does not is reported."""
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
            self._draft.left_out(node, label, "not picked")
        return bool(matches)

    def require_matches(self) -> None:
        """Raises `ImportFault` for what was asked and is not in the document."""
        options = self._options
        asked = [("--operation", name, self._ids) for name in options.operations]
        asked += [("--tag", name, self._tags) for name in options.tags]
        asked += [("--path", name, set()) for name in options.paths]
        faults = []
        for option, name, known in asked:
            if f"{option} {name}" in self._matched:
                continue
            meant = closest(name, sorted(known))
            listed = ", ".join(f"`{printable(each, 30)}`" for each in sorted(filter(None, known))[:8])
            help = f"Did you mean `{printable(meant)}`?" if meant else f"There are {listed}." if listed else ""
            help = help or "A pattern is like `/orders*`."
            faults.append(
                note(IMPORT_FAULT, options, f"nothing in the document fits `{option} {printable(name)}`", help=help)
            )
        if faults:
            raise ImportFault(*faults)
