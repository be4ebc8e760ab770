"""A schema violation, and the diagnostic that reports it."""

from dataclasses import dataclass
from typing import Any

from integration_specs.documents.pointers import last_key
from integration_specs.text.display import printable
from integration_specs.text.messages import Message

from .schema import Field, Pointer


@dataclass(frozen=True, slots=True)
class Violation:
    """A value that violates one keyword of its schema.

    `expected` is what the schema says under `keyword`. `field` is None outside the schema. `source` is the value as
    written in the file, None for lists and mappings. `block_column` is the column, from 0, of a
    value in block style. `is_active_only` says that a draft may violate it.
    """

    keyword: str
    expected: Any
    value: Any
    pointer: Pointer
    field: Field | None
    source: str | None
    block_column: int | None = None
    is_active_only: bool = False

    @property
    def path(self) -> str:
        """The path of the value, for messages."""
        return display_path(self.pointer) or Message("the file")

    @property
    def key(self) -> str:
        """The key that holds the value, or the list that contains it."""
        return last_key(self.pointer)

    @property
    def display(self) -> str:
        """The value as written, safe and short enough for a message."""
        return printable(self.source if self.source is not None else str(self.value))

    @property
    def text(self) -> str:
        """The value as text: `1.10` even where YAML reads the number 1.1."""
        return self.value if isinstance(self.value, str) else self.source or str(self.value)

    @property
    def is_item(self) -> bool:
        """Whether the value is an item of a list."""
        return bool(self.pointer) and isinstance(self.pointer[-1], int)

    def line(self, text: str) -> str:
        """Return the line to write: `key: text`, or `- text` in a list."""
        return f"- {text}" if self.is_item else f"{self.key}: {text}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """The message for a violation.

    `fix` replaces the value, or the key when `at_key` is set. `notes` come before the field's description.
    """

    rule: str
    message: str
    help: str
    fix: str | None = None
    notes: tuple[str, ...] = ()
    at_key: bool = False


def display_path(pointer: Pointer) -> str:
    """Return a pointer as people write it: `endpoints[2].response.status`."""
    text = ""
    for step in pointer:
        text += f"[{step}]" if isinstance(step, int) else f".{printable(step)}" if text else printable(step)
    return text
