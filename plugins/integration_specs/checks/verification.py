"""Check when specs were last verified against recordings."""

from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.model import parse_date, parse_duration
from integration_specs.model.verification import VerificationError, read_verification
from integration_specs.text.display import plural
from integration_specs.text.messages import Message

from . import RULES, CheckContext


def check_all(context: CheckContext) -> Iterator[Finding]:
    """Compare the newest recording of each active spec with `verify_every`."""
    settings, rule = context.settings, RULES["verification-unreadable"]
    if not settings.verification:
        return
    try:
        verified = read_verification(settings.root / settings.verification)
    except VerificationError as error:
        yield rule.report(settings.verification, file=settings.verification, error=error.args[0])
        return
    if limit := parse_duration(settings.verify_every):
        for spec in context.catalog.specs:
            found = verified.get(spec.id)
            day = parse_date(found.day) if found else None
            days = (context.today - day).days if day else None
            if spec.status == "active" and spec.type == "API" and (days is None or days * 86400 > limit):
                past = Message("were never recorded, or without a date")
                if days is not None:
                    past = Message("were recorded {days} ago", days=plural(days, "day"))
                yield spec.report(RULES["verification-due"], (), id=spec.id, past=past, limit=settings.verify_every)
