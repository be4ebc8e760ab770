"""Validate documents against the schema: each violation becomes one finding, and its consequences are left out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema_rs

from integration_specs.documents import Document
from integration_specs.documents.pointers import value_at
from integration_specs.documents.redaction import redact_finding
from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import best_effort
from integration_specs.text.display import printable
from integration_specs.text.messages import Message
from integration_specs.text.urls import has_valid_host

from .duplicate_items import DuplicateFinder
from .messages import RULES, describe
from .object_keys import Keys, describe_field
from .schema import Pointer, SpecSchema
from .unknown_keys import KeyFinder
from .valid_part import ValidPart, valid_part, with_fixes
from .violations import Diagnostic, Violation

MOST_FINDINGS = 100
"""Limit of schema findings for one file; further ones are counted."""

_PRIORITY = ("type", "enum", "const", "propertyNames", "maxItems", "maxLength", "pattern", "format")
"""Which keyword is reported if a value violates several."""


def is_calendar_date(value: Any) -> bool:
    """Return False for a text that is written as a date but does not exist."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
    return True


def is_web_address(value: Any) -> bool:
    """Return False for a text that starts like a URL but has no valid host and port."""
    return not (isinstance(value, str) and value.startswith("http")) or has_valid_host(value)


FORMATS = {"calendar-date": is_calendar_date, "web-address": is_web_address}


class Validator:
    """Validates documents against one schema, which is compiled once."""

    def __init__(self, schema: SpecSchema) -> None:
        self._schema = schema
        self._find_duplicates = DuplicateFinder(schema)
        self._compiled = jsonschema_rs.validator_for(schema.json, formats=FORMATS, validate_formats=True)

    def __call__(self, document: Document) -> tuple[Finding, ...]:
        """Return the findings of reading the document and, if that succeeded, of validating it.

        A finding of reading is left out where validation reports the same value.
        """
        if document.data is None:
            return document.findings
        found = list(self._find_duplicates(document))
        if not self._compiled.is_valid(document.data):
            found += self._findings(document)
        found.sort(key=lambda finding: finding.sort_key)
        if len(found) > MOST_FINDINGS:
            found[MOST_FINDINGS:] = [_rest(document.path, found[MOST_FINDINGS:])]
        found = list(map(redact_finding, found))  # a suggested key may look like a secret
        spans = [finding.span for finding in found]
        return (*(each for each in document.findings if not any(span.holds(each.span) for span in spans)), *found)

    def valid_part(self, document: Document, findings: Iterable[Finding], defaults: dict[str, Any]) -> ValidPart | None:
        """Return the valid part of an invalid document, with the fixes of its findings.

        `defaults` are values for keys that it always needs.
        """
        fixed, renamed = with_fixes(document.data, findings)
        part = valid_part(self._compiled.iter_errors, self._schema, fixed, defaults)
        return part and replace(part, renamed=renamed)

    def _findings(self, document: Document) -> Iterator[Finding]:
        unknown: Keys = {}
        missing: Keys = {}
        violations: dict[Pointer, Violation] = {}
        skips_active = self._has_invalid_status(document)
        for error in self._compiled.iter_errors(document.data):
            if skips_active and error.schema_path[0] == "else":
                continue
            pointer, keyword = tuple(error.instance_path), error.kind.name
            if keyword == "required":
                missing.setdefault(pointer, {})[error.kind.value] = None
            elif keyword == "additionalProperties":
                names = set(error.kind.value)
                ordered = (name for name in value_at(document.data, pointer) if name in names)
                unknown.setdefault(pointer, {}).update(dict.fromkeys(ordered))
            else:
                violation = self._violation(document, pointer, error)
                known = violations.setdefault(violation.pointer, violation)
                if _rank(keyword) < _rank(known.keyword):
                    violations[violation.pointer] = violation
        for violation in _without_excess(violations):
            yield self._finding(document, violation)
        yield from KeyFinder(self._schema, document, unknown, missing).findings()

    def _has_invalid_status(self, document: Document) -> bool:
        """Return whether the status is invalid: then nobody knows whether keys that only a draft may omit are required."""
        status = self._schema.at(("status",))
        return bool(status and "status" in document.data and document.data["status"] not in status.choices)

    def _violation(self, document: Document, pointer: Pointer, error: Any) -> Violation:
        keyword, expected = error.kind.name, error.kind.value
        if keyword == "propertyNames":
            name = error.kind.error.instance
            return Violation(keyword, None, name, (*pointer, name), None, None)
        if keyword == "type":
            expected = expected[0]
        value, field = value_at(document.data, pointer), self._schema.at(pointer)
        source, is_active_only = document.source_text(pointer), error.schema_path[0] == "else"
        column = _block_column(document, pointer)
        return Violation(keyword, expected, value, pointer, field, source, column, is_active_only)

    def _finding(self, document: Document, violation: Violation) -> Finding:
        message = Message("Invalid value for `{path}`", path=violation.path)
        plain = Diagnostic("wrong-value", message, Message("See the description of the key."))
        diagnostic = best_effort(lambda: describe(violation), plain)
        pointer = violation.pointer
        if diagnostic.rule == "empty-value" and (comment := _comment(document, pointer)):
            line = violation.line(f'"{comment}"')
            help_ = Message("Text after ` #` is a comment. Quote the value: `{line}`.", line=line)
            diagnostic = replace(diagnostic, help=help_)
        span = (document.key_span if diagnostic.at_key else document.span)(pointer)
        notes = (*diagnostic.notes, *describe_field(violation.field))
        rule, fix = RULES[diagnostic.rule], diagnostic.fix
        return rule.finding(
            diagnostic.message, document.path, span, diagnostic.help, notes=notes, pointer=pointer, fix=fix
        )


def _rank(keyword: str) -> int:
    return _PRIORITY.index(keyword) if keyword in _PRIORITY else len(_PRIORITY)


def _without_excess(violations: dict[Pointer, Violation]) -> Iterator[Violation]:
    """Leave out violations in the items of a list after its limit."""
    limits = {pointer: each.expected for pointer, each in violations.items() if each.keyword == "maxItems"}
    for pointer, violation in violations.items():
        places = ((pointer[:depth], pointer[depth]) for depth in range(len(pointer))) if limits else ()
        if not any(isinstance(step, int) and step >= limits.get(parent, step + 1) for parent, step in places):
            yield violation


def _block_column(document: Document, pointer: Pointer) -> int | None:
    """Return the column of a value in block style that starts its line or follows a dash; None for others."""
    span = document.span(pointer)
    line = document.lines(span)[0]
    is_other = line[span.column - 1 : span.column] in ("{", "[") or line[: span.column - 1].strip(" -")
    return None if is_other else span.column - 1


def _comment(document: Document, pointer: Pointer) -> str:
    """Return a value that YAML reads as a comment (`address: #payments`); empty if there is none."""
    line = document.lines(document.key_span(pointer))[0]
    found = re.search(r"(?::|-)[ \t]+(#[^\s#\"].*)", line)
    return printable(found[1].rstrip(), 60) if found else ""


def _rest(path: str, rest: list[Finding]) -> Finding:
    return RULES["more-findings"].report(path, rest[0].span, number=len(rest))
