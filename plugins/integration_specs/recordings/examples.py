"""Examples for endpoints without one, from recordings, as edits of the source of a spec."""

import re
from collections.abc import Iterator
from typing import Any

from integration_specs.documents import Pointer
from integration_specs.documents.pointers import value_at
from integration_specs.findings import Finding, Span
from integration_specs.formatting import to_yaml
from integration_specs.model import Spec
from integration_specs.validation.schema import SpecSchema

from . import RULES
from .anonymization import anonymize
from .comparison import Comparison, Seen
from .matching import Matcher

_BESIDE = re.compile(r"\s*(#.*)?")


def example_fixes(comparison: Comparison, matcher: Matcher, schema: SpecSchema) -> Iterator[Finding]:
    """Yield a finding whose fix inserts an anonymized example, for each request, response or payload without one."""
    for (spec_id, pointer), seen in comparison.seen.items():
        spec = matcher.specs[spec_id]
        for name, values in _missing(value_at(spec.data, pointer), seen).items():
            yield from _insertion(spec, pointer, name, values, schema)


def _missing(item: dict[str, Any], seen: Seen) -> dict[str, dict[str, Any]]:
    """Return what to add to an endpoint or event, by the key of the object with the example."""
    found: dict[str, dict[str, Any]] = {}
    for name, bodies in (("request" if "method" in item else "payload", seen.request), ("response", seen.response)):
        known = item.get(name, {})
        if bodies.sample is not None and not isinstance(bodies.sample, str) and "example" not in known:
            values: dict[str, Any] = {"example": anonymize(bodies.sample)}
            status = next((status for status in sorted(seen.statuses) if 200 <= status < 300), 0)
            if name == "response" and status and "status" not in known:
                values = {"status": status, **values}
            found[name] = values
    return found


def _insertion(
    spec: Spec, pointer: Pointer, name: str, values: dict[str, Any], schema: SpecSchema
) -> Iterator[Finding]:
    """Yield the edit before the first key that has a line of its own, with the comments above that key."""
    item = value_at(spec.data, pointer)
    at, new = ((*pointer, name), values) if name in item else (pointer, {name: values})
    lines = spec.document.text.split("\n")
    for key in value_at(spec.data, at):
        span = spec.document.key_span((*at, key))
        if lines[span.line - 1][: span.column - 1].strip():
            continue
        line = span.line
        while line > 1 and lines[line - 2].strip() and _BESIDE.fullmatch(lines[line - 2]):
            line -= 1
        indent = " " * (span.column - 1)
        text = "".join(f"{indent}{each}\n" if each else "\n" for each in to_yaml(new, schema).splitlines())
        message = f"no example in `{name}`"
        yield RULES["missing-example"].finding(message, spec.file, Span(line, 1, line, 1), spec=spec.id, fix=text)
        return
