"""Check the dates on which something expires."""

from collections.abc import Iterator
from functools import partial

from integration_specs.findings import Finding, Level
from integration_specs.model import Spec, parse_date
from integration_specs.text.display import plural
from integration_specs.text.messages import Message

from . import RULES, CheckContext, in_parts

_DATES = {
    ("api_version", "sunset"): Message("the pinned version"),
    ("authentication", "expires"): Message("the secret"),
    ("authentication", "certificate_expires"): Message("the client certificate"),
    ("vendor", "contract_ends"): Message("the contract with the vendor"),
}


def _check_date(place: tuple[str, str], context: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare a date with today."""
    what, (section, key) = _DATES[place], place
    end = parse_date(spec.section(section).get(key)) if spec.status != "retired" else None
    days = (end - context.today).days if end else context.settings.warn_days + 1
    if days > context.settings.warn_days:
        return
    message = Message("{what} expires today", what=what)
    if days:
        message = Message("{what} expires in {days}", what=what, days=plural(days, "day"))
    if days < 0:
        message = Message("{what} expired {days} ago", what=what, days=plural(-days, "day"))
    level: Level = "error" if days < 0 else "warning"
    yield spec.report(RULES["expiry"], place, variant=key, level=level, message=message)


PARTS = tuple(partial(_check_date, place) for place in _DATES)
check = in_parts(*PARTS)
