"""The vendor's clock: days on which something stops working."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import parse_date
from integration_specs.text.display import plural

from . import CheckContext

EXPIRY = Rule(
    "expiry",
    "warning",
    "A version, secret, certificate or contract ends soon.",
    "It is a warning during the last `warn_days` days (60 unless set), and an error once the day is past.",
    "api_version:\n  pinned: v20.0\n  sunset: 2020-01-31",
    "api_version:\n  pinned: v25.0\n  sunset: 2028-07-29",
)
RULES = (EXPIRY,)

_DATES = (
    ("api_version", "sunset", "the pinned version", "Plan the upgrade: pin a newer version, then its `sunset`."),
    (
        "authentication",
        "expires",
        "the secret",
        "Make a new secret, put it where `secret_storage` says, then write its end here.",
    ),
    (
        "authentication",
        "certificate_expires",
        "the client certificate",
        "Renew the certificate, then write its end here.",
    ),
    (
        "vendor",
        "contract_ends",
        "the contract with the vendor",
        "Renew it, or plan the way out; then write its end here.",
    ),
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compares each such day with today."""
    for spec in context.catalog.specs:
        if spec.status == "retired":
            continue
        for section, key, what, help_text in _DATES:
            end = parse_date(spec.section(section).get(key))
            if end is None:
                continue
            days = (end - context.today).days
            if days < 0:
                message = f"{what} ended {plural(-days, 'day')} ago"
                yield spec.finding(EXPIRY, (section, key), message, help_text, level="error")
            elif days <= context.settings.warn_days:
                when = f"in {plural(days, 'day')}" if days else "today"
                yield spec.finding(EXPIRY, (section, key), f"{what} ends {when}", help_text)
