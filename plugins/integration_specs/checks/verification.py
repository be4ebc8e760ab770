"""Check when specs were last verified against recordings."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule, Span
from integration_specs.model import parse_date, parse_duration
from integration_specs.model.verification import VerificationError, read_verification
from integration_specs.text.display import plural

from . import CheckContext

VERIFICATION_DUE = Rule(
    "verification-due",
    "warning",
    "A spec was not verified against recordings for longer than `verify_every`.",
    "Recordings show what the vendor really does. Old ones show what it used to do.",
    'verify_every = "90d"   (the newest recording is from 2020-01-31)',
    "record the calls again, then `integration-specs verify --format json recordings/ > verification.json`",
)
UNREADABLE = Rule(
    "verification-unreadable",
    "error",
    "The file named by the setting `verification` cannot be read.",
    "Without it, nobody knows how old the verification is.",
    'verification = "no-such-file.json"',
    "integration-specs verify --format json recordings/ > verification.json",
)
RULES = (VERIFICATION_DUE, UNREADABLE)
ACROSS = True


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare the newest recording of each active spec with `verify_every`."""
    settings = context.settings
    if not settings.verification:
        return
    try:
        verified = read_verification(settings.root / settings.verification)
    except VerificationError as error:
        message = f"{settings.verification} {error}"
        yield UNREADABLE.finding(message, settings.verification, Span(), f"Run `{UNREADABLE.good}`.")
        return
    if limit := parse_duration(settings.verify_every):
        for spec in context.catalog.specs:
            found = verified.get(spec.id)
            day = parse_date(found.day) if found else None
            age = (context.today - day).days if day else None
            if spec.status == "active" and spec.type == "API" and (age is None or age * 86400 > limit):
                past = (
                    f"were recorded {plural(age, 'day')} ago"
                    if age is not None
                    else "were never recorded, or without a date"
                )
                message = f"the calls of `{spec.id}` {past}; `verify_every` is {settings.verify_every}"
                yield spec.finding(VERIFICATION_DUE, (), message, "Record the calls again and run `verify`.")
