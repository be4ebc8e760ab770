"""A file that was read."""

from dataclasses import dataclass, field, replace
from typing import Any

from integration_specs.findings import Finding, Span
from integration_specs.text.compressed import as_text, compress

from .pointers import Pointer
from .positions import Positions


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A file as it was written, or the reasons why it could not be read.

    `path` is as shown to people. `stored` is the text or, while it waits in memory, the compressed text. `data` holds JSON values only, and None when the file was refused; then `findings` has an error.
    """

    path: str
    stored: str | bytes
    data: Any
    findings: tuple[Finding, ...]
    positions: Positions | None = field(default=None, repr=False, compare=False)
    rewritten: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)
    """Texts with escapes, and words in a block of their own, each with its name: `text` may not show them."""

    @property
    def text(self) -> str:
        """The text, decoded, without byte order mark; empty when nothing could be read."""
        return as_text(self.stored)

    @property
    def compressed_text(self) -> bytes:
        """The text as `compress` returns it."""
        return self.stored if isinstance(self.stored, bytes) else compress(self.stored)

    def span(self, pointer: Pointer) -> Span:
        """Return the place of a value, or of its nearest ancestor if there is no such value."""
        if self.positions is None:
            return Span()
        return self.positions.node_span(self.positions.find(self.data, pointer)[0])

    def key_span(self, pointer: Pointer) -> Span:
        """Return the place of a key; of the item for a list; the start of the document for `()`."""
        if self.positions is None or not pointer:
            return Span()
        _, key, _ = self.positions.find(self.data, pointer)
        return self.positions.node_span(key) if key else Span()

    def lines(self, span: Span) -> list[str]:
        """Return the lines from the first to the last of the span of a value or key."""
        return self.positions.lines(span) if self.positions else [""]

    def source_text(self, pointer: Pointer) -> str | None:
        """Return a scalar as written, with its quotes; None for mappings, lists and missing values."""
        if self.positions is None:
            return None
        node, _, found = self.positions.find(self.data, pointer)
        node = self.positions.aliases.get(node, node)
        if not found or self.positions.nexts[node]:
            return None
        return self.positions.source(node)


@dataclass(frozen=True, slots=True)
class Document(RawDocument):
    """A file without its secrets: only the first four characters of each are left, and `secrets` has a finding for each."""

    secrets: tuple[Finding, ...] = field(default=(), compare=False)

    def compressed(self) -> "Document":
        """Return the same document with a compressed text."""
        stored = self.compressed_text
        return replace(self, stored=stored, positions=self.positions and self.positions.of_text(stored))
