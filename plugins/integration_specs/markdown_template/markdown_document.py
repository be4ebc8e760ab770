"""Read and write whole documents: title, header fields and sections."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from integration_specs.text.display import printable
from integration_specs.text.names import slug, unique_name
from integration_specs.validation.schema import Field, SpecSchema

from . import IMPORTED
from .blocks import Fences, Line, Lines, blocks_of, join_lines, lines_of, read_heading, strip_blank
from .inline_values import ABSENT, escape_markdown, is_placeholder, normalize, unescape_markdown
from .labels import words_for
from .notes import Issue
from .reader import Reader
from .writer import Writer

_ENDING = re.compile(
    r"(^|\s*[–—-]\s*)(integration spec(ification)?|especificação (de|da) integração)\s*$", re.IGNORECASE
)
_SECTION_NUMBER = re.compile(r"^\s*((section|seção)\s+)?[0-9]+\s*[.):–-]?\s*", re.IGNORECASE)
_UNDERLINE = re.compile(r"(=|-){3,} *")
_SMALL_WORDS = set(re.findall("[a-z]+", "and the of for if applicable integration data de do da e a com se"))


@dataclass(frozen=True, slots=True)
class ParsedTemplate:
    """The contents of a filled template: `data` as spec values, and how many sections were recognized."""

    data: dict[str, Any]
    issues: tuple[Issue, ...]
    sections: int


def write_document(
    schema: SpecSchema, data: dict[str, Any], owners: Iterable[tuple[str, str]] = (), *, verified: bool = True
) -> str:
    """Return a spec as a filled template.

    With `verified`, each section is read back, and its form changed until it brings back the same values. Without it, values
    are written in the usual form only, which takes a quarter of the time.
    """
    writer = Writer(owners, verified)
    names = {field.name for field in schema.sections}
    header = {key: value for key, value in data.items() if key not in names}
    title = str(data.get("title", data.get("system", "")))
    heading = f"# {escape_markdown(title)} – Integration Spec"
    if _title(heading[2:]) != title:
        heading = "# Integration Spec"
    elif title != data.get("system"):
        header.pop("title", None)
    fields = tuple(field for field in schema.header if field.name != "title" or "title" in header)
    lines = [heading, "", *writer.fields(fields, header, top=True)]
    for number, section in enumerate(schema.sections, 1):
        body = writer.section(section, data.get(section.name))
        lines += ["", "---", "", f"## {number}. {section.title}", *(["", *body] if body else [])]
    return "\n".join(lines) + "\n"


def read_document(schema: SpecSchema, text: str, owners: Iterable[tuple[str, str]] = ()) -> ParsedTemplate:
    """Return the contents of a filled template. It never fails: text without a field is kept and reported."""
    reader = Reader(owners, _guidance(schema.fields))
    headings = _Headings(schema)
    data: dict[str, Any] = {}
    level, head, parts = headings.split(headings.with_marks(lines_of(text)))
    marked = [(index, *words) for index, line in enumerate(head) if (words := read_heading(line))]
    title = ""
    if marked and marked[0][1] <= level:
        index, _, first = marked[0]
        title, head = _title(first), (*head[:index], *head[index + 1 :])
    elif level == 1 and len(parts) > 1 and not strip_blank(head) and not headings.section(parts[0][0]):
        heading, head = parts.pop(0)
        title = _ENDING.sub("", heading).strip()
    reader.object(schema.header, blocks_of(head), data)
    bodies: dict[str, Lines] = {}
    for heading, body in parts:
        if section := headings.section(heading):
            bodies[section.name] = (*bodies.get(section.name, ()), *body)
    for section in schema.sections:
        home: dict[str, Any] = {}
        value = reader.section(section, bodies.get(section.name, ()), home)
        if IMPORTED in home:  # text that is not an entry of the list
            _keep(data, f"{IMPORTED}-{section.name.replace('_', '-')}", home[IMPORTED])
        if value is not ABSENT:
            data[section.name] = value
    for heading, body in parts:
        if not headings.section(heading):
            text = join_lines(strip_blank([line for line in body if line.text.strip() != "---"]))
            _keep(data, f"x-{slug(normalize(heading), 'part')[:60]}", text or heading)
            line = body[0].number - 1 if body else 0
            reader.notes.report(line, f"the template has no heading `{printable(heading)}`", kept=True)
    if title and title != data.setdefault("system", title):
        data.setdefault("title", title)
    return ParsedTemplate(data, tuple(reader.notes.issues), len(bodies))


class _Headings:
    """The headings of the sections, in other words and with other numbers, too."""

    def __init__(self, schema: SpecSchema) -> None:
        self._names = [
            (section, name)
            for section in schema.sections
            for name in (normalize(section.title), section.name.replace("_", " "), *words_for("sections", section.name))
        ]
        self._known: dict[str, Field | None] = {}

    def section(self, heading: str) -> Field | None:
        """Return the section that a heading names, by its words; a number alone names none."""
        words = normalize(_SECTION_NUMBER.sub("", heading))
        if words not in self._known:
            self._known[words] = self._find(words)
        return self._known[words]

    def _find(self, words: str) -> Field | None:
        for section, name in self._names if words else ():
            if name == words:
                return section
        significant = _significant_words(words)
        section, name = max(self._names, key=lambda each: len(significant & _significant_words(each[1])))
        shared = significant & _significant_words(name)
        return section if words and shared and len(shared) * 2 >= len(significant) else None

    def with_marks(self, lines: Lines) -> Lines:
        """Return the lines with underlined section headings written with `#`."""
        found = list(lines)
        for index, (line, below) in enumerate(pairwise(lines)):
            under, words = _UNDERLINE.fullmatch(below.text), line.text.strip()
            if not under or not words or line.indent or len(words) > 80 or words[0] in "#-*+>|`":
                continue
            if (under[1] == "=" and _ENDING.search(words)) or self.section(words):
                found[index] = Line(line.number, f"{'#' if under[1] == '=' else '##'} {words}")
                found[index + 1] = Line(below.number, "")
        return tuple(found)

    def split(self, lines: Lines) -> tuple[int, Lines, list[tuple[str, Lines]]]:
        """Return the level of the section headings, the lines before the first, and each heading with the lines below."""
        headings: list[tuple[int, int, str]] = []
        fences, index = Fences(lines), 0
        while index < len(lines):
            end = fences.end(index) if lines[index].indent == 0 else index
            if end == index and lines[index].indent == 0 and (heading := read_heading(lines[index])):
                headings.append((index, *heading))
            index = max(end, index + 1)
        levels = [level for _, level, words in headings if self.section(words)]
        level = max(sorted(set(levels)), key=levels.count, default=2)
        first = next((index for index, depth, words in headings if depth == level and self.section(words)), len(lines))
        starts = [
            (index, words) for index, depth, words in headings if depth <= level and (index >= first or depth == level)
        ]
        ends = [index for index, _ in starts] + [len(lines)]
        parts = [(words, lines[index + 1 : end]) for (index, words), end in zip(starts, ends[1:], strict=True)]
        return level, lines[: ends[0]], parts


@lru_cache(maxsize=4096)
def _significant_words(words: str) -> frozenset[str]:
    return frozenset({word.rstrip("s") for word in re.findall(r"[a-z]+", words)} - _SMALL_WORDS or {words})


def _title(heading: str) -> str:
    words = unescape_markdown(_ENDING.sub("", heading.strip()).strip())
    return "" if is_placeholder(words) else words


def _keep(data: dict[str, Any], name: str, text: str) -> None:
    # Thousands of equal headings must not take quadratic time.
    data[unique_name(name, data, number=2 if len(data) < 200 else len(data))] = text


def _guidance(fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        yield from field.guidance
        yield from _guidance(field.fields)
