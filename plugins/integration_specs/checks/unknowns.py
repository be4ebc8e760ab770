"""Check open questions, and find placeholders of the blank template."""

import re
from collections.abc import Iterator

from integration_specs.documents.pointers import scalars, value_at
from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec, Unknown, is_free_text
from integration_specs.text.display import plural, printable
from integration_specs.text.suggestions import did_you_mean
from integration_specs.validation.schema import Field, Pointer

from . import CheckContext

FORM = "TODO(YYYY-MM-DD, owner-key): question?"

TODO = Rule(
    "todo",
    "warning",
    "A value is not known yet.",
    "This is fine in a draft. In other specs, readers should know that the question is open.",
    'support: "TODO(2027-01-31, payments): whom do we call?"',
    "support: support@example.com",
)
TODO_LATE = Rule(
    "todo-late",
    "error",
    "A question is still open after its due date.",
    "This is a separate rule, so that a lower severity of `todo` does not hide it.",
    'support: "TODO(2020-01-31, payments): whom do we call?"',
    "support: support@example.com",
)
TODO_REQUIRED = Rule(
    "todo-required",
    "error",
    "A required value of an active spec is not known yet.",
    "Readers rely on active specs, so the values that the schema requires must be known.",
    'authentication:\n  mechanism: "TODO(2027-01-31, payments): OAuth2 or key?"',
    "authentication:\n  mechanism: OAuth2 (client credentials)",
)
TODO_FORM = Rule(
    "todo-form",
    "error",
    "A TODO has no owner or due date.",
    "A question without an owner and a date stays open.",
    'docs: "TODO: find the link"',
    f'docs: "{FORM}"',
)
TODO_OWNER = Rule(
    "todo-owner",
    "error",
    "The owner of a TODO is not in `owners.yaml`.",
    "Nobody would answer the question.",
    'docs: "TODO(2027-01-31, paymets): where are they?"',
    'docs: "TODO(2027-01-31, payments): where are they?"',
)
PLACEHOLDER = Rule(
    "placeholder",
    "error",
    "A placeholder of the blank template is not filled in.",
    "It means nothing to readers. Placeholders of the vendor, such as `{{1}}`, are accepted.",
    "mechanism: '{{OAuth2, API key, JWT, etc.}}'",
    "mechanism: OAuth2 (client credentials)",
)
RULES = (TODO, TODO_LATE, TODO_REQUIRED, TODO_FORM, TODO_OWNER, PLACEHOLDER)


def check(context: CheckContext) -> Iterator[Finding]:
    """Check every open question for its date, owner and place, and find placeholders of the template."""
    placeholders: frozenset[str] | None = None
    for spec in context.catalog.specs:
        for pointer, unknown in spec.unknowns:
            yield from _check_unknown(context, spec, pointer, unknown)
        if any(word in spec.document.text for word in _OTHER_WORDS):
            yield from _other_words(spec)
        if "{{" in spec.document.text:
            placeholders = placeholders or frozenset(_placeholders_of(context.schema.fields))
            yield from _placeholders(spec, placeholders)


_OTHER_WORDS = ("todo", "Todo", "tbd", "TBD", "tbc", "TBC", "fixme", "FIXME", "???")
_OTHER_WORD = re.compile(rf"(?:{'|'.join(map(re.escape, _OTHER_WORDS))})(?:\s*[:(.,!?].*)?", re.DOTALL)


def _other_words(spec: Spec) -> Iterator[Finding]:
    """Yield a finding for each other notation of an open question: it has no owner and no date, and no list shows it."""
    for pointer, value in scalars(spec.data):
        if isinstance(value, str) and _OTHER_WORD.fullmatch(value.strip()) and not is_free_text(pointer):
            message = f"`{printable(value.strip())}` is not a valid open question"
            yield spec.finding(TODO_FORM, pointer, message, f"Write `{FORM}`.")


def _check_unknown(context: CheckContext, spec: Spec, pointer: Pointer, unknown: Unknown) -> Iterator[Finding]:
    if not (unknown.due and unknown.owner and unknown.question):
        yield spec.finding(
            TODO_FORM,
            pointer,
            f"`{printable(_written(spec, pointer))}` has no {_missing_parts(unknown)}",
            f"Write `{FORM}`.",
        )
        return
    owners = context.catalog.owner_by_key
    if owners and unknown.owner not in owners:
        yield spec.finding(
            TODO_OWNER,
            pointer,
            f"`{printable(unknown.owner)}` is not in `owners.yaml`{did_you_mean(unknown.owner, owners)}",
            "Write the key of the owner who finds the answer.",
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
        message = f"not known yet, overdue by {plural(-days, 'day')}: {question}"
        help_text = "Write the answer, or set a new date and give the reason in the review."
    elif required:
        rule = TODO_REQUIRED
        message = f"required in an active spec, but not known yet: {question}"
        help_text = "Write the answer, or set `status: draft` until it is known."
    else:
        rule = TODO
        message = f"not known yet, due in {plural(days, 'day')}: {question}"
        help_text = f"`{printable(unknown.owner)}` writes the answer by {unknown.due}."
    yield spec.finding(rule, pointer, message, help_text)


def _written(spec: Spec, pointer: Pointer) -> str:
    return str(value_at(spec.data, pointer))


def _missing_parts(unknown: Unknown) -> str:
    missing = (
        ("question", not unknown.question),
        ("owner", not unknown.owner),
        ("due date", not unknown.due),
    )
    return " or ".join(word for word, is_missing in missing if is_missing)


def _placeholders_of(fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        for line in field.guidance:
            yield from re.findall(r"\{\{[^{}]+\}\}", line)
        yield from _placeholders_of(field.fields)


def _placeholders(spec: Spec, placeholders: frozenset[str]) -> Iterator[Finding]:
    for pointer, value in scalars(spec.data):
        if not isinstance(value, str) or "{{" not in value:
            continue
        found = next((each for each in re.findall(r"\{\{[^{}]+\}\}", value) if each in placeholders), "")
        # A text of several words that is nothing but a placeholder comes from another template.
        if (
            not found
            and re.fullmatch(r"\s*\{\{[^{}]*[^{}\s]\s[^{}]*[^{}\s][^{}]*\}\}\s*", value)
            and not is_free_text(pointer)
        ):
            found = value.strip()
        if found:
            yield spec.finding(
                PLACEHOLDER,
                pointer,
                f"`{printable(found)}` is a placeholder of the template",
                f"Write the value, or `{FORM}`.",
            )
