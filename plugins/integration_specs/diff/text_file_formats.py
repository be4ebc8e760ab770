"""Read plain files: the separator and rows of CSV, and the places of values in lines of a fixed width."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from integration_specs.model import Spec
from integration_specs.model.spec import MappedField

Misread = Literal["notation", "enumeration"]

_SEPARATORS = ",;\t|"
_NEAR = 8
"""How many positions a misplaced value is moved at most."""
_MOST_CELLS = 100_000
_POSITIONS = re.compile(
    r"\b(?:positions?|posi[cç][oõ]es|posi[cç][aã]o)\s+(\d{1,5})\s*(?:to|a|até|[-–])\s*(\d{1,5})", re.IGNORECASE
)
_DATE = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d"


def separator_of(text: str) -> str:
    """Return the separator of a CSV text, from its first line outside quotes; empty if it has none."""
    counts = Counter(re.sub(r'"[^"]*"', "", text.partition("\n")[0]))
    best = max(_SEPARATORS, key=lambda each: counts[each])
    return best if counts[best] else ""


def read_rows(text: str, separator: str) -> list[list[str]]:
    """Return the rows of a CSV text, the header first, without blank lines; nothing if it is invalid or too long."""
    try:
        found = [
            [cell.strip() for cell in row] for row in csv.reader(text.splitlines(), delimiter=separator or ",") if row
        ]
    except csv.Error:
        return []
    return found if sum(map(len, found)) <= _MOST_CELLS else []


def with_separator(text: str, old: str, new: str) -> str:
    """Return a CSV text with another separator; unchanged if it is invalid."""
    target = io.StringIO()
    csv.writer(target, delimiter=new, lineterminator="\n").writerows(read_rows(text, old))
    return target.getvalue() or text


def moved_values(old: str, new: str) -> Iterator[tuple[str, int, int]]:
    """Yield the values that are elsewhere in a line of the same length: the value, its old and its new position, from 1.

    A word after another one, with one space between, moves with that word and does not count.
    """
    for one, other in zip(old.splitlines(), new.splitlines(), strict=False):
        if one == other or len(one) != len(other):
            continue
        before, after = (
            {
                (match[0], line[: match.start()].rpartition("  ")[2]): match.start() + 1
                for match in re.finditer(r"\S{3,}", line)
                if line.count(match[0]) == 1
            }
            for line in (one, other)
        )
        for value in before.keys() & after.keys():
            if before[value] != after[value]:
                yield value[0], before[value], after[value]


def misread_values(spec: Spec, old: str, new: str) -> Iterator[tuple[MappedField, Misread, str, str]]:
    """Yield the mapped fields of a plain file for which a reader now gets another value: the kind of difference, and both values.

    The note of a row names the positions of its value. The kind is `notation` if the value there has another form, and
    `enumeration` if it no longer begins with what the transform names, such as `RUN-`.
    """
    for row in spec.mapped_fields:
        note, transform = (str(row.data.get(name, "")) for name in ("note", "transform"))
        if values := misplaced_value(old, new, note, transform):
            yield row, "notation", *values
        elif values := _other_prefix(old, new, value_prefixes(transform)):
            yield row, "enumeration", *values


def value_prefixes(transform: str) -> tuple[str, ...]:
    """Return what values begin with by their transform: code spans such as `RUN-` and `or_…`."""
    return tuple(re.findall(r"`([\w.:/-]*[A-Za-z][-_:/])(?:…|\.\.\.)?`", transform))


def _other_prefix(old: str, new: str, prefixes: tuple[str, ...]) -> tuple[str, str] | None:
    if not prefixes:
        return None
    pattern = re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, prefixes))})\S*")
    for one, other in zip(old.splitlines(), new.splitlines(), strict=False):
        for match in pattern.finditer(one):
            value = re.match(r"\S*", other[match.start() :])
            if value and not value[0].startswith(prefixes):
                return match[0], value[0]
    return None


def misplaced_value(old: str, new: str, note: str, transform: str) -> tuple[str, str] | None:
    """Return the value at the positions that a note names, before and after, if it has another form or place.

    The form is digits, or a date; a text, also one of digits, begins where it began. Only lines that differ and have the same length are compared.
    """
    place = _POSITIONS.search(note)
    if place is None:
        return None
    first, last = int(place[1]) - 1, int(place[2])
    form = _DATE if "DDMMYYYY" in transform else r"\d+"
    for one, other in zip(old.splitlines(), new.splitlines(), strict=False):
        before, after = one[first:last], other[first:last]
        if one == other or len(one) != len(other) or len(before) != last - first:
            continue
        text = before.strip()
        is_moved = len(text) > 1 and after != before and text in other[max(first - _NEAR, 0) : last + _NEAR]
        if bool(re.fullmatch(form, before)) != bool(re.fullmatch(form, after)):
            return before, after
        if is_moved and not text.isdigit() and one.count(text) == 1:
            return before, after
        if text.isdigit() and after != before and after.strip() == text:
            return before, after
    return None


def read_settings(text: str) -> dict[str, str] | None:
    """Return keys and values of a text of lines such as `KEY=value`; None if it has other lines."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", ";"))]
    found = [re.fullmatch(r"\s*([A-Za-z_][\w.-]*)\s*=(?!=)\s*(.*?)\s*", line) for line in lines]
    return {match[1]: match[2] for match in found if match} if lines and all(found) else None
