"""Values of recordings without secrets and personal data, for examples, snippets and messages."""

import re
from collections.abc import Container, Iterable
from itertools import islice
from string import ascii_letters, digits
from typing import Any

from integration_specs.secrets import find, is_secret_name

_PERSONAL = re.compile(
    r"name|mail|phone|mobile|whats|cpf|cnpj|document|tax|address|street|city|district|zip|postal|birth|gender|user|login|nick|avatar"
    r"|photo|lat(itude)?$|lon(gitude)?$|lng$|card|holder|account|iban|pix|text|title|message|comment|descri|auth|cookie|session|signature|hash|key$|secret|token|(^|_)ids?$",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?)?")
_WORD = re.compile(r"[a-z][a-z_]{0,30}|[A-Z][A-Z_]{0,30}|[a-z]+/[a-z.+-]+|-?\d{1,6}(\.\d{1,4})?")
_FIELD = re.compile(r"[A-Za-z_$@][A-Za-z0-9_$:-]{0,60}")
_LITERAL = re.compile(r"|v\d+(\.\d+)?|[A-Za-z][A-Za-z_.:-]{0,30}\d?")
_SAME_FORM = str.maketrans(ascii_letters + digits, "x" * 26 + "X" * 26 + "0" * 10)
_MAX_ITEMS, _MAX_KEYS, _MAX_DEPTH, _MAX_TEXT = 1, 60, 10, 24


def anonymize(value: Any, name: str = "", depth: int = 0) -> Any:
    """Return an example with the fields and types of `value`, in which only dates, enumeration values and short numbers are kept.

    Lists are shortened to one item. `name` is the key of the value.
    """
    if isinstance(value, dict):
        pairs = islice(value.items(), _MAX_KEYS) if depth < _MAX_DEPTH else ()
        return {key: anonymize(each, key, depth + 1) for key, each in pairs if is_field_name(key)}
    if isinstance(value, list):
        return [anonymize(each, name, depth + 1) for each in value[:_MAX_ITEMS]] if depth < _MAX_DEPTH else []
    if value is None or isinstance(value, bool):
        return value
    is_personal = bool(_PERSONAL.search(name)) or is_secret_name(name)
    if isinstance(value, (int, float)):
        return value if abs(value) < 1_000_000 and not is_personal else type(value)(0)
    text = str(value)
    if _DATE.fullmatch(text) and "birth" not in name.lower():
        return text
    if _WORD.fullmatch(text) and not is_personal:
        return text
    if text.startswith(("http://", "https://")):
        return "https://example.com/"
    if "@" in text:
        return "person@example.com"
    return text[:_MAX_TEXT].translate(_SAME_FORM).encode("ascii", "replace").decode()


def is_field_name(key: str) -> bool:
    """Return whether a key of an object is the name of a field, and not an identifier, address or secret used as a key."""
    is_identifier = len(key) > 40 or sum(map(str.isdigit, key)) > max(4, len(key) // 3)
    return bool(_FIELD.fullmatch(key)) and not is_identifier and next(find(key), None) is None


_COLLECTION = re.compile(
    r"(user|member|membership|collaborator|assignee|org|organization|customer|account|contact|owner)s$", re.IGNORECASE
)
"""Segments before the key of a person or organization."""


def path_template(path: str, values: Container[str], templates: Iterable[list[str]]) -> str:
    """Return a path with `{id}` for each segment that is a parameter.

    A segment is a parameter if it looks like an identifier, an address or a secret, or if it is one of the `values` in the bodies of
    the call. It is also one if a documented template with the same beginning has a parameter there. Templates are lists of segments.
    """
    found: list[str] = []
    for segment in path.split("/"):
        known = next(
            (each[len(found)] for each in templates if len(each) > len(found) and each[: len(found)] == found), ""
        )
        if known.startswith("{"):
            found.append(known)
        else:
            stem = segment.removesuffix(".json")
            is_key = bool(found and _COLLECTION.search(found[-1])) or (stem and stem in values)
            is_literal = _LITERAL.fullmatch(stem) and next(find(stem), None) is None
            found.append(segment if is_literal and not is_key else "{id}" + segment[len(stem) :])
    return "/".join(found)
