"""Write spec values as Markdown, each in the first of several forms that is read as the same value."""

import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from integration_specs.text.json_text import indented_json
from integration_specs.validation.schema import Field

from . import EXACT_JSON
from .blocks import Lines, blocks_of, has_closed_fences, lines_of
from .entry_first_lines import description_of, environment_kind
from .inline_values import code_span, escape_markdown, write_scalar, write_words
from .labels import MORE, is_note_name, question
from .reader import Reader, read_block

_MAX_INLINE = 100


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
            if self._is_read(lines, lambda reader, parsed: reader.section(field, parsed), value):
                return lines
        return json_fence(value)

    def _is_read(self, lines: list[str], read: Callable[[Reader, Lines], Any], value: Any) -> bool:
        parsed = _lines(lines)
        return bool(lines) and has_closed_fences(parsed) and same_json(read(Reader(self._owners), parsed), value)

    def _is_item(self, field: Field, lines: list[str], value: Any) -> bool:
        return self._fast or self._is_read(lines, lambda reader, parsed: reader.field(field, "", parsed, {}), [value])

    def _checked(self, fields: tuple[Field, ...], label: str, lines: list[str], name: str, value: Any) -> list[str]:
        """Return the lines of a field if they are read as its value, otherwise JSON."""

        def read(reader: Reader, parsed: Lines) -> Any:
            return reader.object(fields, blocks_of(parsed), {})

        is_read = self._fast or self._is_read(lines, read, {name: value})
        return lines if lines and is_read else _below(label, json_fence(value))

    def fields(self, fields: tuple[Field, ...], value: dict[str, Any], top: bool = False) -> list[str]:
        """Return the lines of an object, label by label; at the `top`, empty labels of the template are included."""
        lines: list[str] = []
        parted, given = False, 0
        for field, label, is_of_template, below in _layout(fields, top):
            if field.name not in value and not (top and is_of_template):
                continue
            given += 1
            lines += [""] if top and below and parted else []
            parted = parted or below
            if field.name in value:
                written = self._field(field, label, value[field.name])
                lines += self._checked(fields, label, written, field.name, value[field.name])
            else:
                lines.append(label)
        if given == len(value) and not top:
            return lines
        names = {field.name for field in fields}
        unnamed = {key: each for key, each in value.items() if key not in names and not is_note_name(key)}
        for key, each in value.items():
            if key not in names and key not in unnamed:
                label = f"- **{key}:**" if top else f"- {key}:"
                lines += self._checked(fields, label, self._note(label, each), key, each)
        return lines + (_below(f"- {MORE}:", json_fence(unnamed)) if unnamed else [])

    def _note(self, label: str, value: Any) -> list[str]:
        """Return the lines of an extension; empty if there is no readable form."""
        if isinstance(value, str):
            return _text(label, escape_markdown(value))
        written = json.dumps(value, ensure_ascii=False)
        return [f"{label} {code_span(written)}"] if len(written) < _MAX_INLINE and written.isprintable() else []

    def _field(self, field: Field, label: str, value: Any) -> list[str]:
        """Return the lines of a field; empty if there is no readable form."""
        if field.kind == "text" and field.format not in ("markdown", "owner"):
            return [f"{label} {write_scalar(field, value)}"]
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
                return _below(label, _text("-", text)) if field.below else _text(label, text)
            case "text", str() if field.format == "owner" and value in self._names:
                # A name that notifies nobody where the text is pasted: the key after it is what is read back.
                name = escape_markdown(self._names[value]).replace("@", "@\u200b")
                return [f"{label} {name} ({value})"]
            case (("value" | "object" | "list"), _):
                return []
        return [f"{label} {write_scalar(field, value)}"]

    def _words(self, field: Field, label: str, values: list[Any]) -> list[str]:
        item = field.item or field
        are_short = item.format == "code" or field.name in ("tags", "depends_on", "former_ids")
        if are_short and (words := write_words(values)):
            return [f"{label} {words}"]
        of_list = Field("l", "l", "", "list", item=item)
        lines: list[str] = []
        for value in values:
            is_prose = item.format == "markdown" and isinstance(value, str)
            bullet = _text("-", escape_markdown(value) if is_prose else write_scalar(item, value))
            lines += bullet if self._is_item(of_list, bullet, value) else _below("-", json_fence(value))
        return _below(label, lines)

    def _object(self, fields: tuple[Field, ...], value: dict[str, Any]) -> list[str]:
        """Return the lines below the label of an object: its example first, as in the template, and its summary without a label."""
        lines: list[str] = []
        left = dict(value)
        example = next((field.name for field in fields if field.format == "example"), "")
        if example in left:
            lines += _fence(left.pop(example), str(value.get("content_type", "")), self._fast)
        summary = next((field for field in fields if field.below and field.format == "markdown"), None)
        if summary and isinstance(text := left.get(summary.name), str):
            bullet = _text("-", escape_markdown(left.pop(summary.name)))
            lines += self._checked(fields, _label(summary, top=False), bullet, summary.name, text)
        return lines + self.fields(fields, left)

    def _items(self, field: Field, values: list[Any]) -> list[str]:
        lines: list[str] = []
        for number, value in enumerate(values):
            spaced = field.name in ("endpoints", "data_mapping", "environments")
            lines += [""] if spaced and number else []
            forms = (self._item(field, value, inline) for inline in (True, False)) if isinstance(value, dict) else ()
            written = (form for form in forms if self._is_item(field, form, value))
            lines += next(written, []) or _below("-", json_fence(value))
        return lines

    def _item(self, field: Field, value: dict[str, Any], inline: bool) -> list[str]:
        """Return the lines of an entry; `inline` puts its description into the first line."""
        names = [each.name for each in field.fields]
        left = dict(value)
        if "base_url" in names:
            return self._environment(field, left)
        if "local_entity" in names:
            name = self.fields(field.fields[:1], {"local_entity": left.pop("local_entity", "")}, top=True)
            labels = self.fields(field.fields[1:], left)
            bold = (re.sub(r"^- (Remote object|Field mapping):", r"- **\1:**", line) for line in labels)
            return [*name, *_indented(bold)]
        described = description_of(field) if inline else ""
        if "method" in names:
            described = "description" if inline else ""
            label = f"{left.pop('method', '')} {left.pop('path', '')}"
            head = f"- {code_span(label)}"
        elif "local" in names:
            described = ""
            head = f"- Local {code_span(left.pop('local', ''))} ↔ Remote {code_span(left.pop('remote', ''))}"
        else:
            title = str(left.pop(names[0], ""))
            head = f"- {code_span(title) if field.fields[0].format == 'code' else escape_markdown(title)}"
        if isinstance(text := left.get(described), str) and "\n" not in text:
            of = next(each for each in field.fields if each.name == described)
            head = f"{head} – {write_scalar(of, left.pop(described))}"
        return [head, *_indented(self.fields(field.fields, left))]

    def _environment(self, field: Field, value: dict[str, Any]) -> list[str]:
        name, kind = str(value.pop("name", "")), value.get("kind")
        head = f"- **{escape_markdown(name)}:**"
        if kind in ("sandbox", "staging", "production"):
            label = "Production" if kind == "production" else "Sandbox / staging"
            is_plain = name == label.split(" ", maxsplit=1)[0]
            head = f"- **{label}:**" + ("" if is_plain else f" {escape_markdown(name)}")
            if environment_kind(name, label) == kind:
                del value["kind"]
        return [head, *_indented(self.fields(field.fields, value))]


def same_json(left: Any, right: Any) -> bool:
    """Return whether two JSON values are equal; `true` does not equal 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_json(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same_json(a, b) for a, b in zip(left, right, strict=True))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def json_fence(value: Any) -> list[str]:
    """Return a value as JSON in a fence marked as exact."""
    return _fenced(EXACT_JSON, _json_text(value))


def _json_text(value: Any) -> str:
    text = indented_json(value)
    return text if text.replace("\n", "").isprintable() else json.dumps(value, indent=2)


def _fenced(info: str, text: str) -> list[str]:
    marks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return [f"{marks}{info}", *text.split("\n"), marks]


def _fence(value: Any, content_type: str, fast: bool) -> list[str]:
    """Return an example in a fence: JSON as JSON, text unchanged unless that would not bring it back."""
    if not isinstance(value, str):
        return _fenced("json", _json_text(value))
    language = next((word for word in ("xml", "csv", "yaml") if word in content_type), "text")
    whole = _fenced(language, value.removesuffix("\n") if "\n" in value[:-1] and not value.endswith("\n\n") else value)
    blocks = () if fast else blocks_of(_lines(whole))
    return whole if fast or (len(blocks) == 1 and same_json(read_block(blocks[0]), value)) else json_fence(value)


def _lines(lines: list[str]) -> Lines:
    return lines_of("\n".join(lines))


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" if line else "" for line in lines]


def _below(label: str, lines: list[str]) -> list[str]:
    if label == "-" and lines:
        return [f"- {lines[0]}", *_indented(lines[1:])]
    return [label, *_indented(lines)] if lines else []


def _text(label: str, text: str) -> list[str]:
    """Return a text after a label or the mark of a list item, or below it if it ends with a line break."""
    if text.endswith("\n"):
        lines = text[:-1].split("\n")
        return [label, *([""] if len(lines) > 1 and label != "-" else []), *_indented(lines)]
    first, *rest = text.split("\n")
    return [f"{label} {first}", *_indented(rest)]


def _label(field: Field, top: bool) -> str:
    if words := question(field):
        return f"- {words}"
    return f"- **{field.title}:**" if top else f"- {field.title}:"


@lru_cache(maxsize=4096)
def _layout(fields: tuple[Field, ...], top: bool) -> list[tuple[Field, str, bool, bool]]:
    """Return fields in the order in which they are written: label, whether it is in the template, whether its value is below it."""
    found = [(field, _label(field, top), _of_template(field), _stands_below(field)) for field in fields]
    return sorted(found, key=lambda each: not each[2])


def _of_template(field: Field) -> bool:
    return bool(field.guidance) or (field.kind == "object" and any(each.guidance for each in field.fields))


def _stands_below(field: Field) -> bool:
    return field.below or (field.kind == "object" and any(each.below for each in field.fields))
