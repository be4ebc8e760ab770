"""Check the dates on which something expires."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import parse_date
from integration_specs.text.display import plural

from . import CheckContext

EXPIRY = Rule(
    "expiry",
    "warning",
    "A version, secret, certificate or contract expires soon.",
    "A warning during the last `warn_days` days (60 by default), an error after the date.",
    "api_version:\n  pinned: v20.0\n  sunset: 2020-01-31",
    "api_version:\n  pinned: v25.0\n  sunset: 2028-07-29",
)
RULES = (EXPIRY,)

_DATES = (
    ("api_version", "sunset", "the pinned version", "Plan the upgrade, then update `pinned` and `sunset`."),
    (
        "authentication",
        "expires",
        "the secret",
        "Rotate the secret, store the new one as `secret_storage` says, then update this date.",
    ),
    (
        "authentication",
        "certificate_expires",
        "the client certificate",
        "Renew the certificate, then update this date.",
    ),
    (
        "vendor",
        "contract_ends",
        "the contract with the vendor",
        "Renew the contract or plan the migration, then update this date.",
    ),
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare each date with today."""
    for spec in context.catalog.specs:
        if spec.status == "retired":
            continue
        for section, key, what, help_text in _DATES:
            end = parse_date(spec.section(section).get(key))
            if end is None:
                continue
            days = (end - context.today).days
            if days < 0:
                message = f"{what} expired {plural(-days, 'day')} ago"
                yield spec.finding(EXPIRY, (section, key), message, help_text, level="error")
            elif days <= context.settings.warn_days:
                when = f"in {plural(days, 'day')}" if days else "today"
                yield spec.finding(EXPIRY, (section, key), f"{what} expires {when}", help_text)
