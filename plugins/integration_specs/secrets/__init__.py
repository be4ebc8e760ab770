"""Detection of secrets in text: documented formats, and values of keys that are named like a secret.

Randomness alone never counts. Placeholders, masks and published samples are not secrets.

May import `text`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from integration_specs.text.messages import Message

from .formats import find_formats
from .names import find_named, is_secret_name, looks_random
from .placeholders import digest, is_placeholder

__all__ = ["Secret", "digest", "find", "is_placeholder", "is_secret_name", "mask"]


@dataclass(frozen=True, slots=True)
class Secret:
    """A part of a text that looks like a secret; `kind` names the vendor, or the name by which it was found."""

    kind: str
    start: int
    end: int
    value: str

    @property
    def shown(self) -> str:
        """Return as much of it as may be shown: the first four characters."""
        return f"{self.value[:4]}…"


def find(text: str, name: str = "") -> Iterator[Secret]:
    """Yield each part of `text` that looks like a live secret, in order; `name` is the key whose value the text is."""
    found = [Secret(*each) for each in (*find_formats(text), *find_named(text))]
    if (
        name
        and not any(character.isspace() for character in text)
        and is_secret_name(name)
        and looks_random(name, text)
    ):
        found.append(Secret(Message("value of `{name}`", name=name[:40]), 0, len(text), text))
    end = 0
    for secret in sorted(found, key=lambda secret: (secret.start, -secret.end)):
        if secret.start >= end:
            yield secret
            end = secret.end


def mask(text: str, name: str = "") -> str:
    """Return `text` with each secret truncated to its first four characters."""
    pieces: list[str] = []
    end = 0
    for secret in find(text, name):
        pieces += text[end : secret.start], secret.shown
        end = secret.end
    return "".join((*pieces, text[end:]))
