"""Validation of an example against a JSON Schema of a contract: references stay in its files, and the work is limited."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, unquote

from integration_specs.documents import Pointer
from integration_specs.grouping import grouped
from integration_specs.text.display import listing, printable
from integration_specs.text.messages import Message

from .resolver import Node, Resolver

_MOST_ERRORS = 3
_MOST_STEPS = 50_000
_MOST_DEPTH = 100  # nested keywords, each a few calls deep: a cycle ends here and not at Python's recursion limit
_BASE = "file:///"  # only a scheme whose relative references `referencing` resolves; nothing is opened by this address
_PLACEHOLDER = re.compile(r"[{<].*[}>]")


class SchemaError(NamedTuple):
    """An error of an example. `is_contract_example` is set if the schema itself states the invalid value as an example."""

    pointer: Pointer
    message: str
    is_contract_example: bool = False


def schema_errors(
    resolver: Resolver, schema: Node, example: Any, side: Literal["request", "response"], limit: int = _MOST_ERRORS
) -> Iterator[SchemaError]:
    """Yield the first errors of an example.

    `side` says who sends it: a request needs no `readOnly` fields, a response or event no `writeOnly` fields. Placeholders
    such as `{six digits}` fit every schema. A schema that is invalid, that leads out of the document or that takes too
    much work yields nothing.
    """
    if not schema.value:
        return
    import referencing.exceptions

    jsonschema = _jsonschema()
    errors: dict[Pointer, SchemaError] = {}
    try:
        for found in _validator(resolver, schema, side).iter_errors(example):
            error = _relevant_error(found)
            if not (isinstance(error.instance, str) and _PLACEHOLDER.fullmatch(error.instance)):
                pointer = tuple(error.absolute_path)
                errors.setdefault(pointer, SchemaError(pointer, _message(error), _is_stated(error)))
            if len(errors) >= limit:
                break
    except (RecursionError, referencing.exceptions.Unresolvable):
        return
    except (TypeError, ValueError, KeyError, AttributeError, jsonschema.exceptions.UnknownType):
        return  # the schema itself is invalid
    yield from errors.values()


def _relevant_error(error: Any) -> Any:
    """Return the error in the alternative that the example seems to mean: fewest wrong constants, then fewest errors."""
    while error.context:
        branches = grouped((inner.relative_schema_path[0], inner) for inner in error.context)
        best = min(
            branches.values(),
            key=lambda errors: (sum(each.validator in ("const", "enum") for each in errors), len(errors)),
        )
        error = best[0]
    return error


def _is_stated(error: Any) -> bool:
    """Return whether the schema states the invalid value as an example or default."""
    schema = error.schema if isinstance(error.schema, dict) else {}
    examples = schema.get("examples")
    stated = [*(examples if isinstance(examples, list) else ()), schema.get("example"), schema.get("default")]
    return error.instance is not None and error.instance in stated


def _message(error: Any) -> str:
    value = error.validator_value
    match error.validator:
        case "required":
            name = error.message.removesuffix(" is a required property")[1:-1]
            return Message("`{field}` is required", field=printable(name))
        case "type":
            expected = " or ".join(value) if isinstance(value, list) else value
            return Message("expected {expected} but found {found}", expected=expected, found=_shown(error.instance))
        case "enum":
            allowed = ", ".join(_shown(each) for each in value[:6])
            allowed += " …" if len(value) > 6 else ""
            return Message("expected one of {allowed} but found {found}", allowed=allowed, found=_shown(error.instance))
        case "const":
            found = _shown(error.instance)
            return Message("expected {expected} but found {found}", expected=_shown(value), found=found)
        case "oneOf":
            return Message("it matches several schemas, but must match exactly one")
        case "additionalProperties":
            known = error.schema.get("properties", {})
            return Message(
                "the schema does not allow {fields}",
                fields=listing(each for each in error.instance if each not in known),
            )
        case None:  # the schema is `false`
            return Message("the schema does not allow {fields}", fields=f"`{_shown(error.instance)}`")
        case keyword:
            exclusive = f"exclusive{keyword.capitalize()}"
            name = exclusive if error.schema.get(exclusive) is True else keyword  # as in OpenAPI 3.0
            expected = f"`{name}`" if isinstance(value, (dict, list)) else f"`{name}: {_shown(value)}`"
            return Message("expected {expected} but found {found}", expected=expected, found=_shown(error.instance))


def _shown(value: Any) -> str:
    return printable(json.dumps(value, ensure_ascii=False), 40)


def _validator(resolver: Resolver, schema: Node, side: str) -> Any:
    from referencing import Registry, Resource, Specification
    from referencing.exceptions import NoSuchResource

    def retrieve(uri: str) -> Any:
        document = resolver.open_file(unquote(uri.removeprefix(_BASE)))
        if isinstance(document, str):
            raise NoSuchResource(ref=uri)  # type: ignore[call-arg]
        return resource_class(contents=document.data, specification=Specification.OPAQUE)

    resource_class: Any = Resource
    registry_class: Any = Registry
    registry = registry_class(retrieve=retrieve)
    is_old = resolver.root.text("openapi").startswith("3.0")
    validator_class, work = _validator_class(is_old, "readOnly" if side == "request" else "writeOnly")
    work.steps = work.depth = 0
    return validator_class(schema.value, registry=registry, _resolver=registry.resolver(_BASE + quote(schema.file)))


@cache
def _validator_class(is_old: bool, hidden: str) -> tuple[Any, SimpleNamespace]:
    """Return the class that validates by OpenAPI 3.0 or later without fields that are `hidden`, and what counts its work."""
    jsonschema = _jsonschema()
    base: Any = jsonschema.Draft4Validator if is_old else jsonschema.Draft202012Validator
    work = SimpleNamespace(steps=0, depth=0)

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def keyword(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
            work.steps += 1
            work.depth += 1
            try:
                if work.steps > _MOST_STEPS or work.depth > _MOST_DEPTH:
                    raise RecursionError  # more work than any example is worth
                yield from function(validator, value, instance, schema) or ()
            finally:
                work.depth -= 1

        return keyword

    def is_hidden(validator: Any, schema: Any, name: str) -> bool:
        properties = schema.get("properties")
        node = properties.get(name) if isinstance(properties, dict) else None
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            node = validator._resolver.lookup(node["$ref"]).contents
        return isinstance(node, dict) and node.get(hidden) is True

    def required(validator: Any, names: Any, instance: Any, schema: Any) -> Iterator[Any]:
        shown = [name for name in names if not is_hidden(validator, schema, name)]
        yield from base.VALIDATORS["required"](validator, shown, instance, schema) or ()

    def additional_properties(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if "patternProperties" not in schema:
            yield from base.VALIDATORS["additionalProperties"](validator, value, instance, schema) or ()

    def nullable(function: Callable[..., Any]) -> Callable[..., Any]:
        def keyword(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
            if instance is None and True in (schema.get("nullable"), schema.get("x-nullable")):
                return
            yield from function(validator, value, instance, schema) or ()

        return keyword

    keywords = {word: counted(base.VALIDATORS[word]) for word in ("$ref", "allOf", "anyOf", "oneOf", "properties")}
    keywords["required"] = required
    # Patterns are written in other dialects, and a match can take for ever.
    keywords["pattern"] = keywords["patternProperties"] = lambda validator, value, instance, schema: iter(())
    keywords["additionalProperties"] = additional_properties
    if is_old:
        keywords |= {word: nullable(base.VALIDATORS[word]) for word in ("type", "enum")}
    return jsonschema.validators.extend(base, keywords), work


@cache
def _jsonschema() -> Any:
    """Import `jsonschema`, but not yet the parser of IRIs that it uses where that is installed: its grammar takes a second."""
    name = "rfc3987_syntax"
    if name not in sys.modules and find_spec(name):
        placeholder: Any = ModuleType(name)
        placeholder.is_valid_syntax = lambda *args: import_module(name).is_valid_syntax(*args)
        sys.modules[name] = placeholder
        try:
            return import_module("jsonschema")
        finally:
            del sys.modules[name]
    return import_module("jsonschema")
