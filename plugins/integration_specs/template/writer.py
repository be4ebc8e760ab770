"""Write spec values as Markdown, each in the first of several forms that is read as the same value."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from integration_specs.validation.schema import Field

from . import EXACT_JSON
from .blocks import Lines, blocks_of, has_closed_fences, lines_of
from .fences import read_fence
from .headlines import description_of, environment_kind
from .inline_values import code_span, escape_markdown, write_note, write_scalar, write_words
from .labels import is_note_name, question
from .reader import Reader


class Writer:
    """A writer of sections; `owners` are the known keys with their names."""

    def __init__(self, owners: Iterable[tuple[str, str]] = (), verified: bool = True) -> None:
        self._owners, self._verified = tuple(owners), verified
        self._names = dict(self._owners)
        self._fast = not verified

    def section(self, field: Field, value: Any) -> list[str]:
        """Return the lines of a section; of an unwritten one, the labels of the template.

        Values are first written without checking each of them. If the section is read as other values, it is written again with
        each value checked, which takes several times as long.
        """
        if field.kind == "list" and not value:
            return [] if value is None else ["None"]
        for fast in (True, False):
            self._fast = fast or not self._verified
            written = {} if value is None else value
            lines = self._items(field, value) if field.kind == "list" else self.fields(field.fields, written, top=True)
            if not self._verified or value is None:
                return lines
            if self._is_read(lines, lambda each: Reader(self._owners).section(field, each), value):
                return lines
        return json_fence(value)

    def _is_read(self, lines: list[str], read: Callable[[Lines], Any], value: Any) -> bool:
        parsed = _lines(lines)
        return bool(lines) and has_closed_fences(parsed) and same_json(read(parsed), value)

    def _checked(
        self, lines: list[str], read: Callable[[Lines], Any], value: Any, otherwise: Callable[[], list[str]]
    ) -> list[str]:
        """Return the lines if they are read as `value`, otherwise the other lines."""
        if lines and (self._fast or self._is_read(lines, read, value)):
            return lines
        return otherwise()

    def _checked_field(
        self, fields: tuple[Field, ...], label: str, lines: list[str], name: str, value: Any
    ) -> list[str]:
        def read(parsed: Lines) -> Any:
            return Reader(self._owners).object(fields, blocks_of(parsed), {})

        return self._checked(lines, read, {name: value}, lambda: _below(label, json_fence(value)))

    def _checked_item(self, field: Field, lines: list[str], value: Any) -> list[str]:
        def read(parsed: Lines) -> Any:
            return Reader(self._owners).field(field, "", parsed, {})

        return self._checked(lines, read, [value], lambda: _below("-", json_fence(value)))

    def fields(self, fields: tuple[Field, ...], value: dict[str, Any], top: bool = False) -> list[str]:
        """Return the lines of an object, label by label; at the `top`, empty labels of the template are included."""
        lines: list[str] = []
        parted = False
        for field in (each for each in _template_first(fields) if each.name in value or (top and _of_template(each))):
            below = _stands_below(field)
            lines += [""] if top and below and parted else []
            parted = parted or below
            label = _label(field, top)
            if field.name in value:
                written = self._field(field, label, value[field.name])
                lines += self._checked_field(fields, label, written, field.name, value[field.name])
            else:
                lines.append(label)
        return lines + self._notes(fields, value, top)

    def _notes(self, fields: tuple[Field, ...], value: dict[str, Any], top: bool) -> list[str]:
        lines: list[str] = []
        names = {field.name for field in fields}
        unnamed = {key: each for key, each in value.items() if key not in names and not is_note_name(key)}
        for key, each in value.items():
            if key in names or key in unnamed:
                continue
            label = f"- **{key}:**" if top else f"- {key}:"
            words = write_note(_NOTE, each)
            note = self._text(label, escape_markdown(each)) if isinstance(each, str) else []
            lines += self._checked_field(fields, label, [f"{label} {words}"] if words else note, key, each)
        return lines + (_below("- More:", json_fence(unnamed)) if unnamed else [])

    def _field(self, field: Field, label: str, value: Any) -> list[str]:
        """Return the lines of a field; empty if there is no readable form."""
        match field.kind, value:
            case "object", dict():
                return _below(label, self._object(field.fields, value))
            case "list", []:
                return [f"{label} None"]
            case "list", list() if field.fields:
                return _below(label, self._items(field, value))
            case "list", list():
                return self._words(field, label, value)
            case "text", str() if field.format == "markdown":
                text = escape_markdown(value)
                return _below(label, _bullet(text)) if field.below else self._text(label, text)
            case "text", str() if field.format == "owner" and value in self._names:
                return [f"{label} {_without_mentions(escape_markdown(self._names[value]))} ({value})"]
            case (("value" | "object" | "list"), _):
                return []
        return [f"{label} {write_scalar(field, value)}"]

    def _words(self, field: Field, label: str, values: list[Any]) -> list[str]:
        item = field.item or field
        are_short = item.format == "code" or field.name in ("tags", "depends_on", "former_ids")
        if are_short and (words := write_words(field, values)):
            return [f"{label} {words}"]
        of_list = Field("l", "l", "", "list", item=item)
        lines = (self._checked_item(of_list, _bullet_of(item, each), each) for each in values)
        return _below(label, [line for bullet in lines for line in bullet])

    def _text(self, label: str, text: str) -> list[str]:
        """Return a text after its label, or below it if it ends with a line break."""
        if text.endswith("\n"):
            lines = text[:-1].split("\n")
            return [label, *([""] if len(lines) > 1 else []), *_indented(lines)]
        first, *rest = text.split("\n")
        return [f"{label} {first}", *_indented(rest)]

    def _object(self, fields: tuple[Field, ...], value: dict[str, Any]) -> list[str]:
        """Return the lines below the label of an object: its example first, as in the template, and its summary without a label."""
        lines: list[str] = []
        left = dict(value)
        example = next((field.name for field in fields if field.format == "example"), "")
        if example in left:
            lines += _fence(left.pop(example), str(value.get("content_type", "")), self._fast)
        summary = next((field for field in fields if field.below and field.format == "markdown"), None)
        if summary and isinstance(left.get(summary.name), str):
            text = left.pop(summary.name)
            label = _label(summary, top=False)
            lines += self._checked_field(fields, label, _bullet(escape_markdown(text)), summary.name, text)
        return lines + self.fields(fields, left)

    def _items(self, field: Field, values: list[Any]) -> list[str]:
        lines: list[str] = []
        for number, value in enumerate(values):
            spaced = field.name in ("endpoints", "data_mapping", "environments")
            lines += [""] if spaced and number else []
            lines += self._checked_item(field, self._item(field, value) if isinstance(value, dict) else [], value)
        return lines

    def _item(self, field: Field, value: dict[str, Any]) -> list[str]:
        names = [each.name for each in field.fields]
        left = dict(value)
        if "local_entity" in names:
            first, *rest = self.fields(field.fields[:1], {"local_entity": left.pop("local_entity", "")}, top=True)
            labels = self.fields(field.fields[1:], left)
            return [
                first,
                *rest,
                *_indented(re.sub(r"^- (Remote object|Field mapping):", r"- **\1:**", line) for line in labels),
            ]
        if "method" in names:
            label = f"{left.pop('method', '')} {left.pop('path', '')}"
            head = f"- {code_span(label)}"
        elif "local" in names:
            head = f"- Local {code_span(left.pop('local', ''))} ↔ Remote {code_span(left.pop('remote', ''))}"
        elif "base_url" in names:
            return self._environment(field, left)
        else:
            name = str(left.pop(names[0], ""))
            head = f"- {code_span(name) if field.fields[0].format == 'code' else escape_markdown(name)}"
        described = "description" if "method" in names else "" if "local" in names else description_of(field)
        text = left.get(described)
        if isinstance(text, str) and "\n" not in text:
            of = next(each for each in field.fields if each.name == described)
            line = f"{head} – {write_scalar(of, text)}"

            def description(parsed: Lines) -> Any:
                read = Reader(self._owners).field(field, "", parsed, {})
                return read[0].get(described) if isinstance(read, list) and len(read) == 1 else None

            (described_head,) = self._checked([line], description, text, lambda: [head])
            if described_head != head:
                head = described_head
                del left[described]
        return [head, *_indented(self.fields(field.fields, left))]

    def _environment(self, field: Field, value: dict[str, Any]) -> list[str]:
        name, kind = str(value.pop("name", "")), value.get("kind")
        if kind in ("sandbox", "staging", "production"):
            label = "Production" if kind == "production" else "Sandbox / staging"
            plain_name = name == ("Production" if kind == "production" else "Sandbox")
            head = f"- **{label}:**" + ("" if plain_name else f" {escape_markdown(name)}")
            if environment_kind(name, label) == kind:
                del value["kind"]
        else:
            head = f"- **{escape_markdown(name)}:**"
        return [head, *_indented(self.fields(field.fields, value))]


_NOTE = Field("note", "note", "", "value")


def _without_mentions(text: str) -> str:
    """Return a name that notifies nobody where the text is pasted: the key behind it is what is read back."""
    return text.replace("@", "@\u200b")


def same_json(left: Any, right: Any) -> bool:
    """Return whether two JSON values are equal; `true` does not equal 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_json(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same_json(a, b) for a, b in zip(left, right, strict=True))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def json_fence(value: Any) -> list[str]:
    """Return a value as JSON in a fence marked as exact."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    if not text.replace("\n", "").isprintable():
        text = json.dumps(value, indent=2)
    return _fenced(EXACT_JSON, text)


def _fenced(info: str, text: str) -> list[str]:
    marks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return [f"{marks}{info}", *text.split("\n"), marks]


def _fence(value: Any, content_type: str, fast: bool) -> list[str]:
    """Return an example in a fence: JSON as JSON, text unchanged unless that would not bring it back."""
    if not isinstance(value, str):
        return _fenced("json", "\n".join(json_fence(value)[1:-1]))
    kinds = (("xml", "xml"), ("csv", "csv"), ("yaml", "yaml"))
    language = next((name for word, name in kinds if word in content_type), "text")
    whole = _fenced(language, value.removesuffix("\n") if "\n" in value[:-1] and not value.endswith("\n\n") else value)
    return whole if fast or same_json(_read(whole), value) else json_fence(value)


def _read(fence: list[str]) -> Any:
    """Return the value as which a fence is read; None if it is more than one block."""
    blocks = blocks_of(_lines(fence))
    return read_fence(blocks[0].head, blocks[0].body) if len(blocks) == 1 else None


def _lines(lines: list[str]) -> Lines:
    return lines_of("\n".join(lines))


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" if line else "" for line in lines]


def _below(label: str, lines: list[str]) -> list[str]:
    if label == "-" and lines:
        return [f"- {lines[0]}", *_indented(lines[1:])]
    return [label, *_indented(lines)] if lines else []


def _bullet(text: str) -> list[str]:
    """Return a text as a list item; one that ends with a line break begins on the second line."""
    if text.endswith("\n"):
        return ["-", *_indented(text[:-1].split("\n"))]
    first, *rest = text.split("\n")
    return [f"- {first}", *_indented(rest)]


def _bullet_of(item: Field, value: Any) -> list[str]:
    is_prose = item.format == "markdown" and isinstance(value, str)
    return _bullet(escape_markdown(value) if is_prose else write_scalar(item, value))


def _label(field: Field, top: bool) -> str:
    if words := question(field):
        return f"- {words}"
    return f"- **{field.title}:**" if top else f"- {field.title}:"


def _of_template(field: Field) -> bool:
    return bool(field.guidance) or (field.kind == "object" and any(each.guidance for each in field.fields))


def _stands_below(field: Field) -> bool:
    return field.below or (field.kind == "object" and any(each.below for each in field.fields))


def _template_first(fields: tuple[Field, ...]) -> list[Field]:
    """Return the fields in the schema's order, those of the template first."""
    return sorted(fields, key=lambda field: not _of_template(field))
