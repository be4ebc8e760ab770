"""Read and write whole documents: title, header fields and sections."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from integration_specs.text.display import printable
from integration_specs.text.names import unique_name
from integration_specs.validation.schema import Field, SpecSchema

from . import IMPORTED
from .blocks import Fences, Line, Lines, blocks_of, join_lines, lines_of, read_heading, strip_blank
from .inline_values import ABSENT, escape_markdown, is_placeholder, normalize, unescape_markdown
from .labels import words_for
from .reader import Issue, Reader
from .writer import Writer

_ENDING = re.compile(
    r"(^|\s*[–—-]\s*)(integration spec(ification)?|especificação (de|da) integração)\s*$", re.IGNORECASE
)


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
    owners = tuple(owners)
    writer = Writer(owners, verified)
    names = {field.name for field in schema.sections}
    header = {key: value for key, value in data.items() if key not in names}
    title = str(data.get("title", data.get("system", "")))
    lines = [f"# {escape_markdown(title)} – Integration Spec", ""]
    if _title(lines_of(lines[0])) != title:
        lines = ["# Integration Spec", ""]
    elif title != data.get("system"):
        header.pop("title", None)
    fields = tuple(field for field in schema.header if field.name != "title" or "title" in header)
    lines += writer.fields(fields, header, top=True)
    for number, section in enumerate(schema.sections, 1):
        body = writer.section(section, data.get(section.name))
        lines += ["", "---", "", f"## {number}. {section.title}", "", *(body or [])]
        if not body:
            lines.pop()
    return "\n".join(lines) + "\n"


def read_document(schema: SpecSchema, text: str, owners: Iterable[tuple[str, str]] = ()) -> ParsedTemplate:
    """Return the contents of a filled template. It never fails: text without a field is kept and reported."""
    reader = Reader(owners, _guidance(schema.fields))
    lines = lines_of(text.removeprefix("\ufeff"))
    data: dict[str, Any] = {}
    lines = _front_matter(lines, data, reader)
    lines = _normalize_headings(schema, lines)
    level, parts = _parts(schema, lines)
    head = parts.pop(0)[1]
    title_line = next((index for index, line in enumerate(head) if read_heading(line)), None)
    title = ""
    if title_line is not None and read_heading(head[title_line])[0] <= level:  # type: ignore[index]
        title = _title(head[title_line:])
        head = (*head[:title_line], *head[title_line + 1 :])
    elif level == 1 and len(parts) > 1 and not join_lines(head).strip() and not find_section(schema, parts[0][0]):
        heading, head = parts.pop(0)
        title = _ENDING.sub("", heading).strip()
    reader.object(schema.header, blocks_of(head), data)
    sections: dict[str, Lines] = {}
    extra: list[tuple[str, Lines]] = []
    for heading, body in parts:
        section = find_section(schema, heading)
        if section:
            known = sections.get(section.name, ())
            sections[section.name] = (*known, *body)
        else:
            extra.append((heading, body))
    for section in schema.sections:
        if section.name in sections:
            _read_section(reader, section, sections[section.name], data)
    for heading, body in extra:
        _keep_heading(reader, heading, body, data)
    if title:
        if "system" not in data:
            data["system"] = title
        elif title != data["system"]:
            data.setdefault("title", title)
    return ParsedTemplate(data, tuple(reader.issues), len(sections))


def find_section(schema: SpecSchema, heading: str) -> Field | None:
    """Return the section that a heading names, by its words; a number alone names none."""
    words = normalize(re.sub(r"^\s*((section|seção)\s+)?[0-9]+\s*[.):–-]?\s*", "", heading, flags=re.IGNORECASE))
    if not words:
        return None
    names = tuple(
        (section.name, name)
        for section in schema.sections
        for name in (normalize(section.title), section.name.replace("_", " "), *words_for("sections", section.name))
    )
    found = _closest_name(names, words)
    return next((section for section in schema.sections if section.name == found), None)


@lru_cache(maxsize=4096)
def _closest_name(names: tuple[tuple[str, str], ...], words: str) -> str:
    if exact := next((section for section, name in names if words == name), ""):
        return exact
    significant = _significant_words(words)
    section, name = max(names, key=lambda each: len(significant & _significant_words(each[1])))
    shared = significant & _significant_words(name)
    return section if shared and len(shared) * 2 >= len(significant) else ""


@lru_cache(maxsize=4096)
def _significant_words(words: str) -> frozenset[str]:
    small = {
        "and",
        "the",
        "of",
        "for",
        "if",
        "applicable",
        "integration",
        "data",
        "de",
        "do",
        "da",
        "e",
        "a",
        "com",
        "se",
    }
    return frozenset({word.rstrip("s") for word in re.findall(r"[a-z]+", words)} - small or {words})


def _parts(schema: SpecSchema, lines: Lines) -> tuple[int, list[tuple[str, Lines]]]:
    """Return the level of the section headings, and the document split at them; the part before the first has no heading."""
    headings: list[tuple[int, int, str]] = []
    fences = Fences(lines)
    index = 0
    while index < len(lines):
        if lines[index].indent == 0 and (end := fences.end(index)) > index:
            index = end
            continue
        if lines[index].indent == 0 and (heading := read_heading(lines[index])):
            headings.append((index, *heading))
        index += 1
    known = {words for words in {words for _, _, words in headings} if find_section(schema, words)}
    levels = [level for _, level, words in headings if words in known]
    level = max(sorted(set(levels)), key=levels.count) if levels else 2
    first = next((index for index, depth, words in headings if depth == level and words in known), len(lines))
    starts = [
        (index, words) for index, depth, words in headings if depth <= level and (index >= first or depth == level)
    ]
    ends = [*(index for index, _ in starts[1:]), len(lines)][: len(starts)]
    start = starts[0][0] if starts else len(lines)
    parts = [(words, lines[index + 1 : end]) for (index, words), end in zip(starts, ends, strict=True)]
    return level, [("", lines[:start]), *parts]


def _normalize_headings(schema: SpecSchema, lines: Lines) -> Lines:
    """Return the lines with underlined section headings written with `#`."""
    found = list(lines)
    for index, (line, below) in enumerate(pairwise(lines)):
        under = re.fullmatch(r"(=|-){3,} *", below.text)
        words = line.text.strip()
        if not under or not words or line.indent or len(words) > 80 or words[0] in "#-*+>|`":
            continue
        if (under[1] == "=" and _ENDING.search(words)) or find_section(schema, words):
            found[index] = Line(line.number, f"{'#' if under[1] == '=' else '##'} {words}")
            found[index + 1] = Line(below.number, "")
    return tuple(found)


def _title(lines: Lines) -> str:
    heading = read_heading(lines[0]) if lines else None
    words = unescape_markdown(_ENDING.sub("", heading[1]).strip()) if heading else ""
    return "" if is_placeholder(words) else words


def _read_section(reader: Reader, section: Field, lines: Lines, data: dict[str, Any]) -> None:
    home: dict[str, Any] = {}
    value = reader.section(section, lines, home)
    if IMPORTED in home:  # text that is not an entry of the list
        _keep(data, f"{IMPORTED}-{section.name.replace('_', '-')}", home[IMPORTED])
    if value is not ABSENT:
        data[section.name] = value


def _keep_heading(reader: Reader, heading: str, body: Lines, data: dict[str, Any]) -> None:
    text = join_lines(strip_blank(tuple(line for line in body if line.text.strip() != "---")))
    name = re.sub(r"[^a-z0-9]+", "-", normalize(heading)).strip("-")[:60] or "part"
    number = body[0].number - 1 if body else 0
    _keep(data, f"x-{name}", text or heading)
    reader.issues.append(Issue(number, f"the template has no heading `{printable(heading)}`"))


def _keep(data: dict[str, Any], name: str, text: str) -> None:
    # Thousands of equal headings must not take quadratic time.
    data[unique_name(name, data, number=2 if len(data) < 200 else len(data))] = text


def _front_matter(lines: Lines, data: dict[str, Any], reader: Reader) -> Lines:
    if not lines or lines[0].text.strip() != "---":
        return lines
    end = next((index for index, line in enumerate(lines[1:60], 1) if line.text.strip() == "---"), 0)
    if not end or not all(":" in line.text or line.blank or line.indent for line in lines[1:end]):
        return lines
    if end > 1:
        _keep(data, "x-front-matter", join_lines(lines[1:end]))
        reader.issues.append(Issue(1, "the spec has no field for front matter"))
    return (*(Line(line.number, "") for line in lines[: end + 1]), *lines[end + 1 :])


def _guidance(fields: Iterable[Field]) -> Iterable[str]:
    for field in fields:
        yield from field.guidance
        yield from _guidance(field.fields)
