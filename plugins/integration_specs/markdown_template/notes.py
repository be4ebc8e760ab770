"""What a template says that has no field: kept as `x-` notes, and reported line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from integration_specs.text.display import printable
from integration_specs.validation.schema import Field

from . import IMPORTED
from .blocks import Block, Lines, blocks_of, join_lines, strip_blank
from .inline_values import is_placeholder, none_reason, normalize

_MOST_TEXT = 40_000
"""More characters of notes in one place would take quadratic time, and no spec may hold them."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A report about a line that is not in the spec unchanged; `kept` says that it became an `x-` note."""

    line: int
    message: str
    kept: bool


class Notes:
    """Collects what has no field. `issues` lists it; `line` is the line that is read, for texts without one of their own."""

    def __init__(self, guidance: Iterable[str] = ()) -> None:
        """Remember the words of the blank template, which are never kept."""
        self.issues: list[Issue] = []
        self.line = 1
        self._is_full = False
        self._guidance = {normalize(words) for words in guidance}

    def is_guidance(self, block: Block) -> bool:
        """Return whether a block is text of the blank template."""
        return block.kind == "text" and normalize(block.text.lstrip("> ")) in self._guidance

    def report(self, line: int, message: str, *, kept: bool = False) -> None:
        self.issues.append(Issue(line or self.line, message, kept))

    def keep_reason(self, field: Field, text: str, home: dict[str, Any]) -> None:
        """Keep the reason in a text such as `None: they send no events` in `home`."""
        if reason := none_reason(text):
            self.add(home, f"{field.title}: none. {reason}", self.line)

    def keep(self, home: dict[str, Any], lines: Lines) -> None:
        """Keep lines in `home`, unless they are text or placeholders of the blank template."""
        text = join_lines(strip_blank(lines))
        for block in blocks_of(lines)[:1]:
            bare = join_lines(block.body).strip() if block.kind == "fence" else text
            if not self.is_guidance(block) and not is_placeholder(bare):
                self.add(home, text, lines[0].number)

    def add(self, home: dict[str, Any], text: str, line: int) -> None:
        """Add a text to the note in `home`."""
        if not text.strip():
            return
        known = home.get(IMPORTED)
        if isinstance(known, str) and len(known) > _MOST_TEXT:
            if not self._is_full:
                self.report(line, "more lines without a field are left out from here on")
            self._is_full = True
            return
        home[IMPORTED] = f"{known}\n\n{text}" if isinstance(known, str) else text
        first = next(part for part in text.split("\n") if part.strip())
        self.report(line, f"`{printable(first.strip())}` has no field in the spec", kept=True)
