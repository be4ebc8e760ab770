"""Compare the mapped fields of a spec with the schemas of its contract."""

import re
from collections.abc import Iterator
from typing import Any

from integration_specs.contracts import MediaType, SchemaFields
from integration_specs.findings import Finding
from integration_specs.model.example_fields import normalize_path
from integration_specs.text.suggestions import did_you_mean

from . import RULES
from ._contract_match import ContractMatch
from .mapping import received_fields, sent_fields


def compare_fields(match: ContractMatch) -> Iterator[Finding]:
    """Yield the mapped fields that occur in an example but not in the contract."""
    if not match.spec.mapped_fields:
        return
    sent, received = sent_fields(match.spec), received_fields(match.spec)
    to_vendor, from_vendor = _described_fields(match)
    for row in match.spec.mapped_fields:
        path = normalize_path(row.remote)
        for direction, examples, described in (("Outbound", sent, to_vendor), ("Inbound", received, from_vendor)):
            if row.direction in (direction, "Bidirectional") and path in examples.types and not described.has(path):
                hint = did_you_mean(path, described.suggestions())
                yield match.spec.report(
                    RULES["contract-field"],
                    (*row.pointer, "remote"),
                    level=match.level,
                    field=row.remote,
                    messages=examples.words,
                    hint=hint,
                )
                break


def _described_fields(match: ContractMatch) -> tuple["_DescribedFields", "_DescribedFields"]:
    """Return what the contract describes of the messages that we send, and of those that we receive."""
    fields = SchemaFields(match.contract.resolver)
    sent, received = _DescribedFields(fields), _DescribedFields(fields)
    for endpoint in match.spec.endpoints:
        operation = match.operations.get(endpoint.key)
        # Path parameters may have other names in the contract.
        sent.names.update(re.findall(r"\{([^{}]+)\}", endpoint.path))
        if operation is None:
            sent.add((), endpoint.body("request"))
            received.add((), endpoint.body("response"))
            continue
        sent.names.update(parameter.text("name") for parameter in operation.parameters)
        sent.add(operation.request_bodies, endpoint.body("request"))
        bodies = tuple(body for status, _ in operation.responses for body in operation.response_bodies(status))
        received.add(bodies, endpoint.body("response"))
    for event in match.spec.events:
        if not event.sent:
            found = match.messages.get(event.pointer)
            received.add(found.bodies if found else (), event.example)
    return sent, received


class _DescribedFields:
    """The fields of all messages of one direction: names of parameters, and the schemas of bodies."""

    def __init__(self, fields: SchemaFields) -> None:
        self._fields = fields
        self.names: set[str] = set()
        self._schemas: list[Any] = []
        self._is_open = False

    def add(self, bodies: tuple[MediaType, ...], example: Any) -> None:
        """Add a message. If the spec has an example of it and the contract describes no fields, any field is accepted."""
        schemas = [body.schema for body in bodies]
        if any(self._fields.describe([schema]) for schema in schemas):
            self._schemas += schemas
        elif example is not None:
            self._is_open = True

    def has(self, path: str) -> bool:
        """Return whether the contract describes the field, or leaves open what there is."""
        if self._is_open or path in self.names or not (self.names or self._schemas):
            return True
        return any(self._fields.has([schema], path) for schema in self._schemas)

    def suggestions(self) -> list[str]:
        """Return names that a field may have been meant to be."""
        return [*self.names, *self._fields.names(self._schemas)]
