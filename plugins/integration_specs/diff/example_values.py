"""Compare the values of two examples: notation of dates and numbers, and values that a transform lists."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from xml.etree.ElementTree import ParseError, canonicalize

from integration_specs.grouping import grouped
from integration_specs.model.example_fields import normalize_path, places, xml_texts
from integration_specs.text.display import plural
from integration_specs.text.json_text import read_json

from .text_file_formats import read_rows, read_settings, separator_of, value_prefixes

_MAX_VALUES = 100_000
_FORMS = (
    ("ISO date", re.compile(r"\d{4}-\d{2}-\d{2}")),
    (
        "ISO time",
        re.compile(
            r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?P<precision>(?::\d{2}(?:\.\d+)?)?)(?P<zone>Z|[+-]\d{2}:?\d{2})?"
        ),
    ),
    ("local date", re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{4}(?:[ T,]+\d{1,2}:\d{2}.*)?")),
    ("decimal point", re.compile(r"-?\d{1,3}(?:,\d{3})*\.(?P<precision>\d+)|-?\d+\.(?P<precision2>\d+)")),
    ("decimal comma", re.compile(r"-?\d{1,3}(?:\.\d{3})*,(?P<precision>\d+)|-?\d+,(?P<precision2>\d+)")),
)
_LIST_ITEM = re.compile(r"`([^`]+)`|\b([A-Z][A-Z0-9_]{2,})\b")


class ValueForm(NamedTuple):
    """How a text writes a date or number: its notation, and zone and precision."""

    notation: str
    precision: str


def form_of(value: Any) -> ValueForm | None:
    """Return the form of a text that is a date or a decimal number; None for anything else."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    for name, pattern in _FORMS:
        if match := pattern.fullmatch(value):
            groups = match.groupdict()
            digits = groups.get("precision") or groups.get("precision2") or ""
            zone = "" if "zone" not in groups else " with zone" if groups["zone"] else " without zone"
            if name == "ISO time":
                parts = "fractions of a second" if "." in digits else "seconds" if digits else "minutes"
                return ValueForm(name, f"{parts}{zone}")
            return ValueForm(name, plural(len(digits), "decimal") if digits else "")
    return None


def values_of(body: Any, content_type: str = "") -> dict[str, list[Any]]:
    """Return the scalars of an example by the normalized path of their field."""
    pairs = islice(_values(decoded(body, content_type), content_type.lower()), _MAX_VALUES)
    return grouped((normalize_path(path), value) for path, value in pairs)


def _values(body: Any, content_type: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(body, str):
        for path, _, value in places(body, ""):
            if not isinstance(value, (dict, list)):
                yield path, value
    elif "x-www-form-urlencoded" in content_type:
        yield from parse_qsl(body.strip(), keep_blank_values=True)
    elif "csv" in content_type:
        header, *rows = read_rows(body, separator_of(body)) or [[]]
        for row in rows:
            yield from zip(header, row, strict=False)
    elif "xml" in content_type:
        yield from ((path, value) for path, value in xml_texts(body) if value)


def decoded(body: Any, content_type: str = "") -> Any:
    """Return the value of a body that is written as text: of JSON, of `KEY=value` lines or of a multipart body with named parts.

    Any other body is returned as it is. So an example may be written as text or as YAML.
    """
    if not isinstance(body, str):
        return body
    kind = content_type.partition(";")[0].strip().lower()
    if "json" in kind or (not kind and body.lstrip()[:1] in ("{", "[")):
        return read_json(body)
    if kind.startswith("multipart/"):
        parts = re.split(r"^--.*$", body, flags=re.MULTILINE)
        named = [(re.search(r'\bname="([^"]+)"', part), part.strip()) for part in parts]
        return {name[1]: part for name, part in named if name} or body
    settings = read_settings(body) if kind in ("", "text/plain") else None
    return settings or body


def is_same_body(old: Any, new: Any, content_type: str) -> bool:
    """Return whether two texts are the same form, CSV or XML (by its canonical form), written differently."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    if "csv" in content_type.lower():
        rows = [read_rows(text, separator_of(text)) for text in (old, new)]
        return bool(rows[0]) and rows[0] == rows[1]
    if "x-www-form-urlencoded" in content_type.lower():
        return sorted(parse_qsl(old.strip())) == sorted(parse_qsl(new.strip()))
    if "xml" not in content_type.lower() or "<!" in re.sub(r"<!--|<!\[CDATA\[", "", old + new):
        return False
    try:
        one, other = (canonicalize(text, strip_text=True, rewrite_prefixes=True) for text in (old, new))
        return one == other
    except (ParseError, ValueError):
        return False


def namespaces(text: str) -> frozenset[str]:
    """Return the namespaces of the elements of an XML text."""
    declared = re.findall(r"\bxmlns(?::([\w.-]+))?\s*=\s*[\"']([^\"']*)", text)
    return frozenset(address for prefix, address in declared if not prefix or f"<{prefix}:" in text)


def listed_values(transform: str) -> frozenset[str]:
    """Return the values that a transform lists in code spans or capitals, or the one that it always has; else nothing.

    A value that others only begin with ends in `*`.
    """
    if always := re.fullmatch(r"(?:always|sempre) `?([\w.-]+?)`?\.?", transform.strip(), re.IGNORECASE):
        return frozenset({always[1]})
    prefixes = value_prefixes(transform)
    found = frozenset(one or other for one, other in _LIST_ITEM.findall(transform) if not one.startswith(prefixes))
    return (found if len(found) > 1 or prefixes else frozenset()) | {f"{each}*" for each in prefixes}


def is_listed(value: Any, listed: frozenset[str]) -> bool:
    """Return whether `listed`, as `listed_values` returns it, has a value."""
    return str(value) in listed or any(str(value).startswith(each[:-1]) for each in listed if each.endswith("*"))
