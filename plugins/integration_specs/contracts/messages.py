"""Messages that one side sends without being asked: webhooks, callbacks and messages of channels."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .bodies import MediaType
from .resolver import Node


@dataclass(frozen=True, eq=False)
class Message:
    """A webhook, callback or channel message.

    `names` are all names that a spec may use for it; an importer writes the first. `schema_format` is empty if the
    payload is described by a JSON Schema; other formats are not read.
    """

    names: tuple[str, ...]
    node: Node
    bodies: tuple[MediaType, ...]
    schema_format: str = ""

    @property
    def name(self) -> str:
        """The usual name, perhaps empty."""
        return self.names[0] if self.names else ""

    @property
    def about(self) -> str:
        """What the vendor says about it."""
        return self.node.text("description", "summary", "title").strip()

    @property
    def deprecated(self) -> bool:
        """Whether the vendor has deprecated it."""
        return self.node.is_object and self.node.value.get("deprecated") is True

    def renamed(self, names: Iterable[str]) -> "Message":
        """Return the message with these further names."""
        return replace(self, names=tuple(dict.fromkeys((*self.names, *names))))
