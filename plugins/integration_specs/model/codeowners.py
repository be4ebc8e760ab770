"""CODEOWNERS: who owns a file, and the lines for the owners of the specs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from posixpath import dirname

from integration_specs.files import UnreadableFile, is_missing, read_file
from integration_specs.settings import Settings

from .catalog import Catalog
from .spec import Spec

_USUAL_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_LARGEST = 16 << 20
"""The limit for a CODEOWNERS file, in bytes; hosts read at most 3 MB."""


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """A line: the files that match `pattern` (as in .gitignore, without `!`) belong to `handles`."""

    number: int
    pattern: str
    handles: tuple[str, ...]

    def matches(self, path: str) -> bool:
        """Return whether the line applies to `path`, relative to the root of the repository and without a leading slash."""
        return _matches(self.pattern, path.split("/"))


def codeowners_places(settings: Settings) -> tuple[str, ...]:
    """Return where CODEOWNERS may be: the place in the settings, else the usual ones."""
    return (settings.codeowners,) if settings.codeowners else _USUAL_PLACES


def find_codeowners(settings: Settings) -> Path | None:
    """Return the CODEOWNERS file of the settings, else the first that exists of the usual ones; it may be unreadable."""
    places = (settings.root / place for place in codeowners_places(settings))
    return next((place for place in places if not is_missing(place)), None)


def codeowners_text(settings: Settings) -> str | None:
    """Return the text of CODEOWNERS; None without one, and if it cannot be read, which a check reports."""
    path = find_codeowners(settings)
    try:
        return read_file(path, _LARGEST).decode(errors="replace") if path else None
    except UnreadableFile:
        return None


def read_codeowners(text: str) -> tuple[OwnerLine, ...]:
    """Return the lines that name a pattern, without comments and section headings."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        words = re.split(r"\s#", line.strip(), maxsplit=1)[0].split()
        if words and words[0][0] not in "#[^":
            lines.append(OwnerLine(number, words[0], tuple(words[1:])))
    return tuple(lines)


def owner_line_of(path: str, lines: tuple[OwnerLine, ...]) -> OwnerLine | None:
    """Return the line that decides who owns `path`: the last one that matches."""
    return next((line for line in reversed(lines) if line.matches(path)), None)


def computed_lines(catalog: Catalog) -> Iterator[str]:
    """Yield a line for each spec whose owner has a handle, in the order of the files."""
    for spec in sorted(catalog.specs, key=lambda spec: spec.file):
        handle = code_owner(catalog, spec)
        if handle:
            yield f"/{spec.file} {handle}"
            if spec.data.get("contract") or spec.data.get("attachments"):
                yield f"/{dirname(spec.file)}/{spec.id}/ {handle}"


def code_owner(catalog: Catalog, spec: Spec) -> str:
    """Return the handle of a spec's owner; empty if there is none."""
    owner = catalog.owner_by_key.get(spec.owner)
    return owner.code_owner if owner else ""


def _matches(pattern: str, names: list[str]) -> bool:
    """Return whether a pattern matches a path, given as its names, in time proportional to both."""
    body = pattern.strip("/")
    parts = body.replace("[", "[[]").split("/")
    places = {0} if "/" in pattern.rstrip("/") else {*range(len(names))}  # in front of the next name
    for index, part in enumerate(parts):
        if part != "**":
            places = {place + 1 for place in places if place < len(names) and fnmatchcase(names[place], part)}
        elif index < len(parts) - 1 or pattern.endswith("/"):
            skipped = index == len(parts) - 1  # at the end it stands for at least one folder
            places = {*range(min(places, default=len(names)) + skipped, len(names))}
        else:
            places = {len(names)} if places - {len(names)} else set()
    # `folder` matches everything below it; `folder/*` only its direct children.
    if pattern.endswith("/"):
        return any(place < len(names) for place in places)
    return len(names) in places if body.endswith("*") else bool(places)
