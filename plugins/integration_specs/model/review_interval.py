"""How long a review of a spec holds: the check of freshness and the pages say the same of it."""

from collections.abc import Mapping

from . import Spec, parse_duration

DAYS = {"critical": 90, "high": 180, "medium": 365, "low": 730}
"""Days by criticality, where neither the spec nor the project says otherwise."""


def review_days(spec: Spec, of_project: Mapping[str, str]) -> tuple[int, str]:
    """Days that a review of the spec holds, and what says so; `of_project` are durations by criticality."""
    own = parse_duration(spec.data.get("review_every"))
    if own is not None:
        return round(own / 86400), "review_every"
    criticality = spec.data.get("criticality", "medium")
    found = parse_duration(of_project.get(criticality))
    return DAYS[criticality] if found is None else round(found / 86400), f"criticality {criticality}"
