"""The fields that JSON Schemas of a contract describe."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from .resolver import Node, Resolver, child

_MOST_NODES = 5_000
_MOST_NAMES = 2_000


@dataclass(frozen=True, slots=True)
class _Level:
    """What some schemas say together about one value: its properties, and whether it may hold more than they say."""

    properties: dict[str, tuple[Node, ...]]
    is_open: bool


class SchemaFields:
    """Looks up fields by normalized path (`charges.id`) in the schemas of one document; each schema is read once."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._levels: dict[tuple[object, ...], _Level] = {}

    def describe(self, schemas: Iterable[Node]) -> bool:
        """Return whether the schemas name at least one field."""
        return bool(self._level(tuple(schemas)).properties)

    def has(self, schemas: Iterable[Node], path: str) -> bool:
        """Return whether the schemas describe the field, or a value around it may hold fields that they do not describe."""
        nodes, steps = tuple(schemas), path.split(".")
        while steps and not self._level(nodes).is_open:
            nodes, steps = self._inner(nodes, steps)
            if not nodes:
                return False
        return True

    def schemas_of(self, schemas: Iterable[Node], path: str) -> tuple[Node, ...]:
        """Return the schemas that describe a field, with their alternatives and list items; nothing if none describes it."""
        nodes, steps = tuple(schemas), path.split(".")
        while steps and nodes:
            nodes, steps = self._inner(nodes, steps)
        return tuple(self._schemas_of_one_value(nodes))

    def _inner(self, nodes: tuple[Node, ...], steps: list[str]) -> tuple[tuple[Node, ...], list[str]]:
        """Return the schemas of the property with which a path begins, and its other steps. A property's name may hold dots."""
        properties = self._level(nodes).properties
        length = next((n for n in range(1, len(steps) + 1) if ".".join(steps[:n]) in properties), 0)
        return properties.get(".".join(steps[:length]), ()), steps[length:]

    def required(self, schemas: Iterable[Node], sent: Collection[str]) -> Iterator[tuple[str, Node]]:
        """Yield the fields that a request must have. An optional object counts if it is among the fields that are `sent`."""
        waiting = deque([("", tuple(schemas))])
        entered: set[object] = set()
        while waiting:
            path, nodes = waiting.popleft()
            parts = list(self._schemas_of_one_value(nodes, ("allOf",)))
            if (key := tuple(node.place for node in parts)) in entered:
                continue
            entered.add(key)
            listed = {
                each.value: each
                for node in parts
                for _, each in self._resolver.items(child(node, "required"))
                if isinstance(each.value, str)
            }
            properties = self._level(nodes).properties
            for name in dict.fromkeys((*properties, *listed)):
                inner = properties.get(name, ())
                is_read_only = any(self._resolver.get(each, "readOnly").value is True for each in inner)
                if name in listed and not is_read_only:
                    yield path + name, listed[name]
                if name in listed or path + name in sent:
                    waiting.append((f"{path}{name}.", inner))

    def names(self, schemas: Iterable[Node]) -> list[str]:
        """Return the paths of the described fields, the shortest first, for suggestions; a very long list is cut."""
        found: dict[str, None] = {}
        waiting = deque([("", tuple(schemas))])
        entered: set[object] = set()
        while waiting and len(found) < _MOST_NAMES:
            path, nodes = waiting.popleft()
            if (key := tuple(self._resolver.follow(node).place for node in nodes)) in entered:
                continue
            entered.add(key)
            for name, inner in self._level(nodes).properties.items():
                found[f"{path}{name}"] = None
                waiting.append((f"{path}{name}.", inner))
        return list(found)

    def _level(self, nodes: tuple[Node, ...]) -> _Level:
        nodes = tuple(map(self._resolver.follow, nodes))
        key = tuple(node.place for node in nodes)
        if key not in self._levels:
            properties: dict[str, tuple[Node, ...]] = {}
            is_open = False
            for node in self._schemas_of_one_value(nodes):
                for name, each in self._resolver.items(child(node, "properties")):
                    properties[name] = (*properties.get(name, ()), each)
                is_open |= _is_open(node.value)
            self._levels[key] = _Level(properties, is_open)
        return self._levels[key]

    def _schemas_of_one_value(
        self, nodes: tuple[Node, ...], words: tuple[str, ...] = ("allOf", "oneOf", "anyOf")
    ) -> Iterator[Node]:
        """Yield the schemas with the alternatives and list items inside them: list marks are not part of a normalized path."""
        waiting, entered = deque(nodes), set[object]()
        while waiting and len(entered) < _MOST_NODES:
            node = self._resolver.follow(waiting.popleft())
            if node.place in entered:
                continue
            entered.add(node.place)
            if not node.is_object:
                node = Node(node.document, node.pointer, {}, node.file)
            yield node
            for word in words:
                waiting.extend(each for _, each in self._resolver.items(child(node, word)))
            if items := child(node, "items"):
                waiting.append(items)


def _is_open(schema: dict[str, object]) -> bool:
    """Whether a value may hold fields that its schema does not describe, by what the schema says rather than by JSON Schema's default."""
    extra, kind = schema.get("additionalProperties"), schema.get("type")
    if extra is False:
        return False
    is_scalar = isinstance(kind, str) and kind not in ("object", "array")
    described = is_scalar or any(
        schema.get(word) for word in ("properties", "allOf", "oneOf", "anyOf", "items", "enum", "const")
    )
    return bool(isinstance(extra, dict) and extra) or bool(schema.get("patternProperties")) or not described
