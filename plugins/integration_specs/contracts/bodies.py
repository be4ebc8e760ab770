"""Messages that one side sends without being asked, and the bodies of all messages: content types, schemas and examples."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from integration_specs.text.json_text import read_json

from .resolver import Node, Resolver, child


@dataclass(frozen=True, eq=False)
class MediaType:
    """A body of one content type. `node` describes it; `schema` is its schema, `$ref` not followed, without a value if there is none."""

    resolver: Resolver
    content_type: str
    node: Node
    schema: Node

    @cached_property
    def examples(self) -> tuple[tuple[str, Node], ...]:
        """The examples with their names (empty for the only one); a node has no value if the document does not contain it."""
        return tuple(_examples(self.resolver, self.node))

    @cached_property
    def schema_examples(self) -> tuple[tuple[str, Node], ...]:
        """The examples that the schema states, as above."""
        return tuple(_examples(self.resolver, self.resolver.follow(self.schema)))

    @property
    def example(self) -> Any:
        """The first example that the document contains; None if there is none."""
        return next((node.value for _, node in self.examples if node), None)


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

    def renamed(self, names: Iterable[str]) -> "Message":
        """Return the message with these further names."""
        return replace(self, names=tuple(dict.fromkeys((*self.names, *names))))


def media_types(resolver: Resolver, holder: Node) -> tuple[MediaType, ...]:
    """Return the bodies of a request or response object, one for each content type, in the order of the document."""
    listed = resolver.parts(holder, "content")
    return tuple(MediaType(resolver, name, node, child(node, "schema")) for name, node in listed if name[:2] != "x-")


def json_value(text: Any) -> Any:
    """Return the value of an example that is an object or list as JSON text; any other example unchanged."""
    is_json = isinstance(text, str) and text.strip()[:1] in ("{", "[")
    return read_json(text) if is_json else text


def _examples(resolver: Resolver, node: Node) -> Iterator[tuple[str, Node]]:
    """Yield `example`, then `examples`: an object of example objects (OpenAPI), or a list of `payload`s (AsyncAPI) or values.

    An example may itself be a `$ref`, with or without `value` around it.
    """
    if single := resolver.follow(child(node, "example")):
        yield "", single
    examples = resolver.follow(child(node, "examples"))
    for name, place in resolver.items(examples):
        example = resolver.follow(place)
        key = next((key for key in ("value", "payload") if example.is_object and key in example.value), "")
        if key:
            yield name, resolver.follow(child(example, key))
        else:
            is_value = isinstance(examples.value, list) and not (example.is_object and "headers" in example.value)
            yield name, example if is_value else Node(place.document, place.pointer, None, place.file)
