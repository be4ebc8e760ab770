"""Operations, webhooks and callbacks of an OpenAPI 3 document.

Parts are read on first use, so that a caller can choose by method and path without opening files that the
operations refer to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from integration_specs.text.http_methods import METHODS

from .bodies import MediaType, media_types
from .resolver import Node, Resolver, child


@dataclass(frozen=True, eq=False)
class Operation:
    """One method of a path, webhook or callback.

    `place` is where the document lists it and `item` its path item. `path` is a path template, the name of a webhook or
    the expression of a callback.
    """

    resolver: Resolver
    method: str
    path: str
    place: Node
    item: Node

    @property
    def label(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @cached_property
    def node(self) -> Node:
        """The operation object; without a value if the document has none here."""
        node = self.resolver.follow(self.place)
        return node if node.is_object else Node(node.document, node.pointer, None, node.file)

    @property
    def id(self) -> str:
        """Its `operationId`, perhaps empty."""
        return self.node.text("operationId")

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        listed = self.resolver.get(self.node, "tags").value
        return tuple(tag for tag in listed if isinstance(tag, str)) if isinstance(listed, list) else ()

    @cached_property
    def parameters(self) -> tuple[Node, ...]:
        """The parameters of the path item and the operation; of two alike, the operation's."""
        found: dict[tuple[str, str], Node] = {}
        for holder in (self.item, self.node):
            for _, parameter in self.resolver.parts(holder, "parameters"):
                if parameter.text("name"):
                    found[parameter.text("in"), parameter.text("name")] = parameter
        return tuple(found.values())

    @cached_property
    def request(self) -> Node:
        """The request body object."""
        return self.resolver.get(self.node, "requestBody")

    @cached_property
    def request_bodies(self) -> tuple[MediaType, ...]:
        """The request body, by content type."""
        return media_types(self.resolver, self.request)

    @cached_property
    def responses(self) -> tuple[tuple[str, Node], ...]:
        """The response objects by status (`200`, `4XX`, `default`)."""
        return tuple(each for each in self.resolver.parts(self.node, "responses") if not each[0].startswith("x-"))

    def response_bodies(self, status: str) -> tuple[MediaType, ...]:
        """Return the bodies of the response with exactly this status, by content type."""
        return next((media_types(self.resolver, node) for name, node in self.responses if name == status), ())

    @property
    def security(self) -> Node:
        """The security requirements: its own, else those of the document."""
        own = child(self.node, "security")
        return own if isinstance(own.value, list) else child(self.resolver.root, "security")

    @property
    def servers(self) -> Node:
        """The servers of the operation, else of its path item; without a value if those of the document apply."""
        own = child(self.node, "servers")
        return own or child(self.item, "servers")

    def callbacks(self) -> Iterator[tuple[str, Node, tuple["Operation", ...]]]:
        """Yield the callbacks: name, place and operations, whose paths are expressions such as `{$request.body#/url}`."""
        for name, place in self.resolver.items(child(self.node, "callbacks")):
            operations = [
                operation
                for expression, item in self.resolver.items(place)
                if not expression.startswith("x-")
                for operation in item_operations(self.resolver, expression, item)
            ]
            yield name, place, tuple(operations)


def documented_operations(resolver: Resolver) -> Iterator[Operation]:
    """Yield the operations of `paths`. A path item without operations yields one without a method, for reports."""
    for path, place in resolver.items(child(resolver.root, "paths")):
        if not path.startswith("x-"):
            operations = item_operations(resolver, path, place)
            yield from operations or (Operation(resolver, "", path, place, place),)


def documented_webhooks(resolver: Resolver) -> Iterator[tuple[str, Node, tuple[Operation, ...]]]:
    """Yield the webhooks: name, place and operations. Documents before 3.1 have them under `x-webhooks`."""
    for key in ("webhooks", "x-webhooks"):
        for name, place in resolver.items(child(resolver.root, key)):
            if not name.startswith("x-"):
                yield name, place, item_operations(resolver, name, place)


def item_operations(resolver: Resolver, path: str, place: Node) -> tuple[Operation, ...]:
    """Return the operations of a path item, including those beside its `$ref`."""
    item = resolver.follow(place)
    found = {
        name.upper(): child(holder, name)
        for holder in ((item, place) if place.is_object else (item,))
        for name in (holder.value if holder.is_object else ())
        if name.upper() in METHODS
    }
    found.update((name.upper(), node) for name, node in resolver.items(child(item, "additionalOperations")))
    return tuple(Operation(resolver, method, path, node, item) for method, node in found.items())
