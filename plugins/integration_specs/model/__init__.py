"""The catalog: frozen values for specs and owners, and what can be derived from them.

May import `validation` and the layers below.
"""

from .catalog import BrokenSpec, Catalog, Owner
from .dates import format_duration, parse_date, parse_duration
from .open_questions import OpenQuestion, is_open_question, known_text, parse_open_question
from .spec import BODY_KEYS, Direction, Endpoint, Event, MappedField, Spec, is_free_text, step_reference

__all__ = [
    "BODY_KEYS", "BrokenSpec", "Catalog", "Direction", "Endpoint", "Event", "MappedField", "OpenQuestion", "Owner", "Spec",
    "format_duration", "is_free_text", "is_open_question", "known_text", "parse_date", "parse_duration", "parse_open_question",
    "step_reference",
]  # fmt: skip
