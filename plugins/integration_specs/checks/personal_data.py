"""Find personal data in examples: Brazilian tax numbers and card numbers with valid check digits."""

from collections.abc import Iterator

from integration_specs.documents.pointers import last_key, scalars
from integration_specs.findings import Finding
from integration_specs.model import Spec
from integration_specs.model.mapped_field_uses import bodies
from integration_specs.secrets.personal_numbers import may_contain_personal_numbers, personal_numbers
from integration_specs.text.messages import DerivedMessage

from . import RULES, CheckContext


def check(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Search the examples of a spec whose text contains a candidate."""
    text = spec.document.text
    if not may_contain_personal_numbers(text) or not any(personal_numbers(text, "document")):
        return
    for body in bodies(spec):
        for place, value in scalars(body.example, (*body.pointer, "example")):
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                continue
            if found := next(personal_numbers(str(value), last_key(place)), None):
                yield spec.report(
                    RULES["personal-data"], place, start=found[0][0][:4], kind=DerivedMessage(str, found[1])
                )
