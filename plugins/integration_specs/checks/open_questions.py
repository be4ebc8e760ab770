"""Check open questions, and find placeholders of the blank template."""

import re
from collections.abc import Iterator

from integration_specs.documents.pointers import find_texts, value_at
from integration_specs.findings import Finding
from integration_specs.model import OpenQuestion, Spec, is_free_text
from integration_specs.model.spec import is_free_key
from integration_specs.text.display import one_line, plural, printable
from integration_specs.text.messages import Message, joined
from integration_specs.text.suggestions import did_you_mean
from integration_specs.validation.schema import Pointer

from . import RULES, CheckContext

_OTHER_WORDS = ("todo", "Todo", "tbd", "TBD", "tbc", "TBC", "fixme", "FIXME", "???", "...", "…")
_OTHER_WORD = re.compile(rf"\s*(?:{'|'.join(map(re.escape, _OTHER_WORDS))})(?:\s*[:(.,!?].*)?\s*", re.DOTALL)


_PLACEHOLDER = re.compile(r"\{\{[^{}]+\}\}")
_ONLY_PLACEHOLDER = re.compile(r"\s*\{\{[^{}]*[^{}\s]\s[^{}]*[^{}\s][^{}]*\}\}\s*")
"""A text of several words that is nothing but a placeholder comes from another template."""


def check(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Check every open question for its date, owner and place, and find placeholders of the template."""
    for pointer, question in spec.open_questions:
        yield from _check_question(context, spec, pointer, question)
    text = spec.document.text
    has_placeholder = "{{" in text
    if has_placeholder or any(word in text for word in _OTHER_WORDS):
        skips = (lambda _: False) if has_placeholder else is_free_key
        for pointer, value in find_texts(spec.data, lambda _, text: "{{" in text or _OTHER_WORD.match(text), skips):
            yield from _check_text(spec, pointer, value, context.schema.placeholders)


def _check_text(spec: Spec, pointer: Pointer, value: str, placeholders: frozenset[str]) -> Iterator[Finding]:
    """Yield a finding for another notation of an open question, without owner and date, and for a placeholder."""
    found = next((each for each in _PLACEHOLDER.findall(value) if each in placeholders), "")
    shown = printable(value.strip())
    if found:
        yield spec.report(RULES["placeholder"], pointer, placeholder=printable(found))
    elif is_free_text(pointer):
        pass
    elif _ONLY_PLACEHOLDER.fullmatch(value):
        yield spec.report(RULES["placeholder"], pointer, placeholder=shown)
    elif _OTHER_WORD.fullmatch(value):
        yield spec.report(RULES["todo-form"], pointer, value=shown)


def _check_question(context: CheckContext, spec: Spec, pointer: Pointer, question: OpenQuestion) -> Iterator[Finding]:
    parts = (
        (Message("question"), question.text),
        (Message("owner"), question.owner),
        (Message("due date"), question.due),
    )
    missing = joined("{first} or {second}", (word for word, part in parts if not part))
    if question.due is None or missing:
        shown = printable(str(value_at(spec.data, pointer)))
        yield spec.report(RULES["todo-form"], pointer, variant="incomplete", value=shown, missing=missing)
        return
    owners, owner = context.catalog.owner_by_key, question.owner
    if owners and owner not in owners:
        hint = did_you_mean(owner, owners)
        yield spec.report(RULES["todo-owner"], pointer, cause=f"owner {owner}", owner=owner, hint=hint)
    text = one_line(question.text, 60)
    field = context.schema.at(pointer)
    days = (question.due - context.today).days
    is_required = field is not None and field.need != "optional" and isinstance(pointer[-1], str)
    if spec.status == "draft" or (spec.status == "retired" and days >= 0):
        return
    if days < 0:
        yield spec.report(RULES["todo-late"], pointer, days=plural(-days, "day"), question=text)
    elif is_required and spec.status == "active":
        yield spec.report(RULES["todo-required"], pointer, question=text)
    else:
        due = plural(days, "day")
        yield spec.report(RULES["todo"], pointer, days=due, question=text, owner=owner, due=question.due)
