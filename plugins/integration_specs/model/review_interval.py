"""How long a review of a spec is valid."""

from collections.abc import Mapping

from .dates import parse_duration
from .spec import Spec

DAYS = {"critical": 90, "high": 180, "medium": 365, "low": 730}
"""Days by criticality, unless the spec or the settings say otherwise."""


def review_days(spec: Spec, of_project: Mapping[str, str]) -> tuple[int, str]:
    """Return for how many days a review is valid, and where that is set. `of_project` has durations by criticality."""
    own = parse_duration(spec.data.get("review_every"))
    if own is not None:
        return round(own / 86400), "review_every"
    criticality = spec.data.get("criticality", "medium")
    found = parse_duration(of_project.get(criticality))
    return DAYS[criticality] if found is None else round(found / 86400), f"criticality {criticality}"
