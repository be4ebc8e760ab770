"""What is not known yet, and what is left over of the blank template."""

import re
from collections.abc import Iterator
from typing import Any

from integration_specs.documents.pointers import scalars
from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec, Unknown
from integration_specs.text.display import plural, printable
from integration_specs.text.suggestions import did_you_mean
from integration_specs.validation.schema import Field, Pointer

from . import CheckContext

FORM = "TODO(YYYY-MM-DD, owner-key): question?"

TODO = Rule(
    "todo",
    "warning",
    "Something is not known yet.",
    "This is fine in a draft. Elsewhere somebody has promised an answer, and readers should know that it is still open.",
    'support: "TODO(2027-01-31, payments): whom do we call?"',
    "support: support@example.com",
)
TODO_LATE = Rule(
    "todo-late",
    "error",
    "Something is still unknown after the promised day.",
    "A promise that nobody is held to is worth nothing. This is a rule of its own, so that lowering `todo` does not hide it.",
    'support: "TODO(2020-01-31, payments): whom do we call?"',
    "support: support@example.com",
)
TODO_REQUIRED = Rule(
    "todo-required",
    "error",
    "An active spec leaves open what it must say.",
    "Others build on an active spec, so what the schema requires must be known.",
    'authentication:\n  mechanism: "TODO(2027-01-31, payments): OAuth2 or key?"',
    "authentication:\n  mechanism: OAuth2 (client credentials)",
)
TODO_FORM = Rule(
    "todo-form",
    "error",
    "A TODO does not say who will find out, and by when.",
    "An open question without an owner and a date stays open.",
    'docs: "TODO: find the link"',
    f'docs: "{FORM}"',
)
TODO_OWNER = Rule(
    "todo-owner",
    "error",
    "A TODO names an owner who is not in `owners.yaml`.",
    "Then nobody will find out.",
    'docs: "TODO(2027-01-31, paymets): where are they?"',
    'docs: "TODO(2027-01-31, payments): where are they?"',
)
PLACEHOLDER = Rule(
    "placeholder",
    "error",
    "A placeholder of the blank template was not filled in.",
    "It tells a reader nothing. The vendor's own placeholders, such as `{{1}}`, are accepted.",
    "mechanism: '{{OAuth2, API key, JWT, etc.}}'",
    "mechanism: OAuth2 (client credentials)",
)
RULES = (TODO, TODO_LATE, TODO_REQUIRED, TODO_FORM, TODO_OWNER, PLACEHOLDER)


def check(context: CheckContext) -> Iterator[Finding]:
    """Judges every unknown by its date, its owner and its place, and finds places of the template."""
    blanks: frozenset[str] | None = None
    for spec in context.catalog.specs:
        for pointer, unknown in spec.unknowns():
            yield from _judge(context, spec, pointer, unknown)
        if any(word in spec.document.text for word in _OTHER_WORDS):
            yield from _other_words(spec)
        if "{{" in spec.document.text:
            blanks = blanks or frozenset(_blanks(context.schema.fields))
            yield from _placeholders(spec, blanks)


_OTHER_WORDS = ("todo", "Todo", "tbd", "TBD", "tbc", "TBC", "fixme", "FIXME", "???")
_OTHER_WORD = re.compile(rf"(?:{'|'.join(map(re.escape, _OTHER_WORDS))})(?:\s*[:(.,!?].*)?", re.DOTALL)


def _other_words(spec: Spec) -> Iterator[Finding]:
    """What other people write where something is not known: it would be neither listed nor dated."""
    for pointer, value in scalars(spec.data):
        if isinstance(value, str) and _OTHER_WORD.fullmatch(value.strip()) and not _is_foreign(pointer):
            message = f"`{printable(value.strip())}` is not read as an open question"
            yield spec.finding(TODO_FORM, pointer, message, f"Write `{FORM}`.")


def _is_foreign(pointer: Pointer) -> bool:
    """Whether a text is somebody else's: part of an example, or of a note of the team's own."""
    return any(step == "example" or str(step).startswith("x-") for step in pointer)


def _judge(context: CheckContext, spec: Spec, pointer: Pointer, unknown: Unknown) -> Iterator[Finding]:
    if not (unknown.due and unknown.owner and unknown.question):
        yield spec.finding(
            TODO_FORM,
            pointer,
            f"`{printable(_written(spec, pointer))}` does not say {_lacks(unknown)}",
            f"Write `{FORM}`.",
        )
        return
    owners = context.catalog.owner_by_key
    if owners and unknown.owner not in owners:
        yield spec.finding(
            TODO_OWNER,
            pointer,
            f"`{printable(unknown.owner)}` is not in `owners.yaml`{did_you_mean(unknown.owner, owners)}",
            "Name the key of whoever finds out.",
            cause=f"owner {unknown.owner}",
        )
    question = printable(" ".join(unknown.question.split()))
    field = context.schema.at(pointer)
    days = (unknown.due - context.today).days
    required = bool(field) and field.need != "optional" and isinstance(pointer[-1], str)  # type: ignore[union-attr]
    required = required and spec.status == "active"
    if spec.status == "draft" or (spec.status == "retired" and days >= 0):
        return
    if days < 0:
        rule = TODO_LATE
        message = f"still not known {plural(-days, 'day')} after {unknown.due}: {question}"
        help_text = "Write the answer here, or set a new date and say why in the review."
    elif required:
        rule = TODO_REQUIRED
        message = f"an active spec must say this, and it is not known yet: {question}"
        help_text = "Write the answer, or make it `status: draft` until it is known."
    else:
        rule = TODO
        message = f"not known yet, {plural(days, 'day')} left: {question}"
        help_text = f"`{printable(unknown.owner)}` finds out by {unknown.due} and writes the answer here."
    yield spec.finding(rule, pointer, message, help_text)


def _written(spec: Spec, pointer: Pointer) -> str:
    value: Any = spec.data
    for step in pointer:
        value = value[step]
    return str(value)


def _lacks(unknown: Unknown) -> str:
    missing = (
        ("what is asked", not unknown.question),
        ("who finds out", not unknown.owner),
        ("until when", not unknown.due),
    )
    return ", ".join(word for word, is_missing in missing if is_missing)


def _blanks(fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        for line in field.guidance:
            yield from re.findall(r"\{\{[^{}]+\}\}", line)
        yield from _blanks(field.fields)


def _placeholders(spec: Spec, blanks: frozenset[str]) -> Iterator[Finding]:
    for pointer, value in scalars(spec.data):
        if not isinstance(value, str) or "{{" not in value:
            continue
        found = next((blank for blank in re.findall(r"\{\{[^{}]+\}\}", value) if blank in blanks), "")
        # Of another template, but nothing else is said: words, where the vendor's own places are a number or a name.
        if (
            not found
            and re.fullmatch(r"\s*\{\{[^{}]*[^{}\s]\s[^{}]*[^{}\s][^{}]*\}\}\s*", value)
            and not _is_foreign(pointer)
        ):
            found = value.strip()
        if found:
            yield spec.finding(
                PLACEHOLDER,
                pointer,
                f"`{printable(found)}` is a place of the blank template",
                f"Write what belongs there, or `{FORM}`.",
            )
