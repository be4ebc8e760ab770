"""A value that does not fit its field, and what is said of it."""

from dataclasses import dataclass
from typing import Any

from integration_specs.text.display import printable

from .schema import Field, Pointer


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that breaks one word of its schema: `word` says which, `wanted` what it asks for.

    `field` is None outside the schema; `source` is the value as it was written, None for lists and mappings.
    """

    word: str
    wanted: Any
    value: Any
    pointer: Pointer
    field: Field | None
    source: str | None

    @property
    def name(self) -> str:
        """The place as people read it."""
        return shown_path(self.pointer) or "the file"

    @property
    def key(self) -> str:
        """The key that holds the value, or the list that it is in."""
        return next((step for step in reversed(self.pointer) if isinstance(step, str)), "")

    @property
    def shown(self) -> str:
        """The value as it was written, fit for a message."""
        return printable(self.source if self.source is not None else str(self.value))

    @property
    def text(self) -> str:
        """What was meant as text: `1.10` also where YAML reads the number 1.1."""
        return self.value if isinstance(self.value, str) else self.source or str(self.value)

    @property
    def is_item(self) -> bool:
        """Whether it stands in a list."""
        return bool(self.pointer) and isinstance(self.pointer[-1], int)

    def line(self, text: str) -> str:
        """The line to type: `key: text`, or `- text` in a list."""
        return f"- {text}" if self.is_item else f"{self.key}: {text}"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said: `notes` come before the field's description, `at_key` marks the key and not the value."""

    rule: str
    message: str
    help: str
    fix: str | None = None
    notes: tuple[str, ...] = ()
    at_key: bool = False


def shown_path(pointer: Pointer) -> str:
    """A pointer as people read it: `endpoints[2].response.status`."""
    text = ""
    for step in pointer:
        text += f"[{step}]" if isinstance(step, int) else f".{printable(step)}" if text else printable(step)
    return text
