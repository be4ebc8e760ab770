"""The catalog: frozen values for specs and owners, and what can be derived from them.

May import `validation` and the layers below.
"""

from .catalog import BrokenSpec, Catalog, Owner
from .dates import format_duration, parse_date, parse_duration
from .spec import BODY_KEYS, Direction, Endpoint, Event, MappedField, Spec, is_free_text, step_reference
from .unknowns import Unknown, is_unknown, known_text, parse_unknown

__all__ = [
    "BODY_KEYS", "BrokenSpec", "Catalog", "Direction", "Endpoint", "Event", "MappedField", "Owner", "Spec", "Unknown",
    "format_duration", "is_free_text", "is_unknown", "known_text", "parse_date", "parse_duration", "parse_unknown", "step_reference",
]  # fmt: skip
