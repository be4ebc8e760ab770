"""Open questions: texts such as `TODO(2026-12-10, payments): page size?` in place of a value."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from .dates import parse_date


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """An open question. `due` and `owner` are missing in an incomplete `TODO`."""

    text: str
    due: date | None
    owner: str


def is_open_question(value: Any) -> bool:
    """Return whether a value is an open question."""
    return isinstance(value, str) and value.startswith("TODO")


def known_text(value: Any) -> str:
    """Return a text; empty if it is missing or still an open question."""
    return str(value) if value and not is_open_question(value) else ""


def parse_open_question(value: Any) -> OpenQuestion | None:
    """Return the open question that a value is; None for any other value."""
    if not is_open_question(value):
        return None
    inside, question = re.fullmatch(r"TODO(?:\(([^()]*)\))?[\s:]*(.*)", value, re.DOTALL).groups()  # type: ignore[union-attr]
    parts = [part.strip() for part in (inside or "").split(",") if part.strip()]
    due = next(filter(None, map(parse_date, parts)), None)
    owner = next((part for part in parts if parse_date(part) is None), "")
    return OpenQuestion(question.strip(), due, owner)
