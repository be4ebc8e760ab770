"""Find personal data in examples: Brazilian tax numbers and card numbers with valid check digits."""

from collections.abc import Iterator
from typing import Any

from integration_specs.documents.pointers import scalars
from integration_specs.findings import Finding, Rule
from integration_specs.model import BODY_KEYS, Spec
from integration_specs.secrets.personal_numbers import may_contain_personal_numbers, personal_numbers
from integration_specs.validation.schema import Pointer

from . import CheckContext

PERSONAL_DATA = Rule(
    "personal-data",
    "warning",
    "An example contains a number that may belong to a real person.",
    "A CPF, CNPJ or card number with valid check digits may be in use. Published test numbers, masked numbers and numbers with invalid check "
    "digits are accepted.",
    'document: "(a CPF with valid check digits)"',
    'document: "123.456.789-00"',
)
RULES = (PERSONAL_DATA,)


def check(context: CheckContext) -> Iterator[Finding]:
    """Search the examples of every spec whose text contains a candidate."""
    for spec in context.catalog.specs:
        text = spec.document.text
        if may_contain_personal_numbers(text) and any(personal_numbers(text, "document")):
            yield from _findings(spec)


def _findings(spec: Spec) -> Iterator[Finding]:
    bodies: list[tuple[Pointer, Any]] = [
        ((*endpoint.pointer, key, "example"), endpoint.body(key)) for endpoint in spec.endpoints for key in BODY_KEYS
    ]
    bodies += [((*event.pointer, "payload", "example"), event.example) for event in spec.events]
    for pointer, body in bodies:
        for place, value in scalars(body, pointer):
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                continue
            name = next((str(step) for step in reversed(place) if isinstance(step, str)), "")
            for match, kind in personal_numbers(str(value), name):
                yield spec.finding(
                    PERSONAL_DATA,
                    place,
                    f"`{match[0][:4]}…` is a valid {kind} and may belong to a real person",
                    "Use a published test number or a mask (`***.***.***-**`), or change the last digit.",
                )
                break
