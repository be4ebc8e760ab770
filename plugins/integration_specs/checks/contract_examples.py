"""Whether an example fits a schema of a contract: jsonschema with references inside the document only, and an end to all work."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from integration_specs.contracts import Body, Contract
from integration_specs.text.display import printable
from integration_specs.validation.schema import Pointer

_MOST_FAULTS = 3
_MOST_STEPS = 50_000
_MOST_DEPTH = 100  # nested keywords, each a few calls deep: a circle ends here and not at Python's own limit
_DOCUMENT = "urn:contract"
_PLACE = re.compile(r"[{<].*[}>]")


class _TooMuch(Exception):
    """A schema leads to more work than any example is worth."""


def faults(contract: Contract, body: Body, example: Any, hidden: str) -> Iterator[tuple[Pointer, str]]:
    """Yields the first faults of an example with their places.

    `hidden` is `readOnly` in what we send, `writeOnly` in what we receive: such fields need not be there. A schema that
    leads out of the document, round in a circle, or to too much work is not held against the example.
    """
    import referencing.exceptions

    if not body.schema:
        return
    validator = _validator(contract, hidden)
    found = []
    try:
        for error in validator.evolve(schema=body.schema).iter_errors(example):
            fault = _innermost(error)
            if isinstance(fault.instance, str) and _PLACE.fullmatch(fault.instance):
                continue  # `{six digits}` is a place to fill in, whatever the schema says of its length
            found.append(fault)
            if len(found) >= _MOST_FAULTS:
                break
    except (_TooMuch, RecursionError, referencing.exceptions.Unresolvable):
        return
    except (
        TypeError,
        ValueError,
        KeyError,
        AttributeError,
    ):  # a schema that is none: the contract's fault, not the example's
        return
    seen: set[Pointer] = set()
    for error in found:
        place = tuple(error.absolute_path)
        if place not in seen:
            seen.add(place)
            yield place, _words(error)


def _innermost(error: Any) -> Any:
    """The fault in the alternative that the example seems to mean: fewest wrong constants, then fewest faults."""
    while error.context:
        branches: dict[Any, list[Any]] = {}
        for inner in error.context:
            branches.setdefault(inner.relative_schema_path[0], []).append(inner)
        best = min(
            branches.values(),
            key=lambda faults: (sum(fault.validator in ("const", "enum") for fault in faults), len(faults)),
        )
        error = best[0]
    return error


def _words(error: Any) -> str:
    value = error.validator_value
    match error.validator:
        case "required":
            missing = [name for name in value if not isinstance(error.instance, dict) or name not in error.instance]
            return f"`{printable(str(missing[0]))}` is required" if missing else "a field is required"
        case "type":
            return f"{' or '.join(value) if isinstance(value, list) else value} is expected, {_shown(error.instance)} is here"
        case "enum":
            allowed = ", ".join(_shown(each) for each in value[:6])
            return f"{_shown(error.instance)} is none of {allowed}{' …' if len(value) > 6 else ''}"
        case "const":
            return f"{_shown(value)} is expected, {_shown(error.instance)} is here"
        case "oneOf":
            return "it fits several of the schemas of which it must fit one"
        case _:
            return printable(error.message, 120)


def _shown(value: Any) -> str:
    return printable(json.dumps(value, ensure_ascii=False), 40)


def _validator(contract: Contract, hidden: str) -> Any:
    import jsonschema
    from jsonschema import validators
    from referencing import Registry, Resource, Specification

    is_old = contract.kind == "OpenAPI" and contract.version.startswith("3.0")
    base: Any = jsonschema.Draft4Validator if is_old else jsonschema.Draft202012Validator
    steps, depth = [0], [0]

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def keyword(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
            steps[0] += 1
            depth[0] += 1
            try:
                if steps[0] > _MOST_STEPS or depth[0] > _MOST_DEPTH:
                    raise _TooMuch
                yield from function(validator, value, instance, schema) or ()
            finally:
                depth[0] -= 1

        return keyword

    def required(validator: Any, names: Any, instance: Any, schema: Any) -> Iterator[Any]:
        shown = [name for name in names if not _is_hidden(contract, schema, name, hidden)]
        yield from base.VALIDATORS["required"](validator, shown, instance, schema) or ()

    def nullable(function: Callable[..., Any]) -> Callable[..., Any]:
        def keyword(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
            if instance is None and schema.get("nullable") is True:
                return
            yield from function(validator, value, instance, schema) or ()

        return keyword

    changed = {word: counted(base.VALIDATORS[word]) for word in ("$ref", "allOf", "anyOf", "oneOf", "properties")}
    changed["required"] = required
    changed["pattern"] = lambda validator, value, instance, schema: iter(())  # other dialects, and no end to them
    if is_old:
        changed |= {word: nullable(base.VALIDATORS[word]) for word in ("type", "enum")}
    resource_class: Any = Resource
    resource = resource_class(contents=contract.document, specification=Specification.OPAQUE)
    registry: Any = Registry().with_resource(_DOCUMENT, resource)
    extend: Any = validators.extend
    kind = extend(base, changed)
    return kind({}, registry=registry, _resolver=registry.resolver(_DOCUMENT))


def _is_hidden(contract: Contract, schema: Any, name: str, hidden: str) -> bool:
    properties = schema.get("properties")
    node = contract.resolve(properties.get(name)) if isinstance(properties, dict) else None
    return isinstance(node, dict) and node.get(hidden) is True
