"""Check the dates on which something expires."""

from collections.abc import Iterator
from functools import partial

from integration_specs.findings import Finding, Level
from integration_specs.model import Spec, parse_date
from integration_specs.text.display import plural

from . import RULES, CheckContext, in_parts

_ROTATE = "Rotate the secret, store the new one as `secret_storage` says, then update this date."
_DATES = {
    ("api_version", "sunset"): ("the pinned version", "Plan the upgrade, then update `pinned` and `sunset`."),
    ("authentication", "expires"): ("the secret", _ROTATE),
    ("authentication", "certificate_expires"): (
        "the client certificate",
        "Renew the certificate, then update this date.",
    ),
    ("vendor", "contract_ends"): (
        "the contract with the vendor",
        "Renew the contract or plan the migration, then update this date.",
    ),
}


def _check_date(place: tuple[str, str], context: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare a date with today."""
    what, advice = _DATES[place]
    section, key = place
    end = parse_date(spec.section(section).get(key)) if spec.status != "retired" else None
    days = (end - context.today).days if end else context.settings.warn_days + 1
    if days > context.settings.warn_days:
        return
    when = f"expires in {plural(days, 'day')}" if days else "expires today"
    if days < 0:
        when = f"expired {plural(-days, 'day')} ago"
    level: Level = "error" if days < 0 else "warning"
    yield spec.report(RULES["expiry"], place, level=level, message=f"{what} {when}", advice=advice)


PARTS = tuple(partial(_check_date, place) for place in _DATES)
check = in_parts(*PARTS)
