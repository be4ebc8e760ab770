"""CODEOWNERS: which handles own a file by it, and which lines the specs' owners make."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname

from integration_specs.settings import Settings

from . import Catalog, Spec

_USUAL_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """One line: files that match `pattern` (as in .gitignore, without `!`) belong to `handles`."""

    number: int
    pattern: str
    handles: tuple[str, ...]

    def matches(self, path: str) -> bool:
        """Whether the line speaks of `path`, which is relative to the repository's top and has no leading slash."""
        return bool(re.fullmatch(_expression(self.pattern), path))


def find_codeowners(settings: Settings) -> Path | None:
    """The project's CODEOWNERS: the one that the settings name, else the first of the usual places that is there."""
    places = (settings.codeowners,) if settings.codeowners else _USUAL_PLACES
    return next((settings.root / place for place in places if (settings.root / place).is_file()), None)


def read_codeowners(text: str) -> tuple[OwnerLine, ...]:
    """The lines that own something; comments and sections are left out."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        words = re.split(r"\s#", line.strip(), maxsplit=1)[0].split()
        if words and words[0][0] not in "#[^":
            lines.append(OwnerLine(number, words[0], tuple(words[1:])))
    return tuple(lines)


def owner_line_of(path: str, lines: tuple[OwnerLine, ...]) -> OwnerLine | None:
    """The line that decides on `path`: the last that matches."""
    return next((line for line in reversed(lines) if line.matches(path)), None)


def computed_lines(catalog: Catalog) -> Iterator[str]:
    """The lines that the specs' owners make, in the order of the files; specs whose owner has no handle make none."""
    for spec in sorted(catalog.specs, key=lambda spec: spec.file):
        handle = code_owner(catalog, spec)
        if handle:
            yield f"/{spec.file} {handle}"
            if spec.data.get("contract") or spec.data.get("attachments"):
                yield f"/{dirname(spec.file)}/{spec.id}/ {handle}"


def code_owner(catalog: Catalog, spec: Spec) -> str:
    """Handle of a spec's owner; empty when there is none."""
    owner = catalog.owner_by_key.get(spec.owner)
    return owner.code_owner if owner else ""


_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _expression(pattern: str) -> str:
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    parts = [_WILD.get(part) or re.escape(part) for part in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", body)]
    # A folder owns all below it; `folder/*` only what lies in it itself.
    end = "/.*" if pattern.endswith("/") else "" if body.endswith("*") else "(?:/.*)?"
    return ("" if anchored else "(?:.*/)?") + "".join(parts) + end
