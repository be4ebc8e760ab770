"""Read sections of a filled template as spec values; text without a field is kept as an `x-` note."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from integration_specs.text.display import printable
from integration_specs.validation.schema import Field

from . import EXACT_JSON, IMPORTED
from .blocks import Block, Line, Lines, blocks_of, join_lines, strip_blank
from .entry_first_lines import description_of, inline_entries, read_first_line
from .inline_values import (
    ABSENT,
    UNREADABLE,
    is_placeholder,
    means_unknown,
    none_reason,
    normalize,
    read_example,
    read_json,
    read_scalar,
    read_words,
    strip_code_span,
    unescape_markdown,
)
from .labels import MORE, LabelledPart, find_label, label_of, labelled_parts
from .notes import Notes

_SLOTS = ("description", "summary", "notes", "note", "why")
_FORMATS = {
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "duration": re.compile(r"[0-9]{1,6}(ms|s|m|h|d)"),
    "url": re.compile(r"https?://[^ \t\n\r\"<>]+"),
    "owner": re.compile(r"[a-z0-9][a-z0-9-]{0,79}"),
}
_STATUS = re.compile(r"(?:HTTP )?([1-5][0-9]{2})(?: [A-Z][A-Za-z -]*)?\.?")
_NOTE_FIELD = Field("note", "note", "", "text", "markdown")


class Reader:
    """A reader of sections. `notes` collects text without a field; `owners` are the known keys with their names."""

    def __init__(self, owners: Iterable[tuple[str, str]] = (), guidance: Iterable[str] = ()) -> None:
        self.notes = Notes(guidance)
        self._owners = dict(owners)
        self._owner_keys = {normalize(name): key for key, name in self._owners.items()}

    def section(self, field: Field, lines: Sequence[Line], home: dict[str, Any] | None = None) -> Any:
        """Return the value of a section, `ABSENT` if it is empty. Text that is not part of it becomes a note in `home`."""
        blocks = [block for block in blocks_of(lines) if not self.notes.is_guidance(block)]
        if (exact := read_exact("", blocks)) is not ABSENT:
            return exact
        kept = tuple(line for block in blocks for line in (*block.raw, Line(0, "")))[:-1]
        if field.kind == "list":
            return self.field(field, "", kept, {} if home is None else home)
        if kept and (reason := none_reason(join_lines(kept))) is not None:
            empty: dict[str, Any] = {
                each.name: [] for each in field.fields if each.kind == "list" and each.need != "optional"
            }
            return empty | ({"x-note": reason} if reason else {}) or ABSENT
        return self.object(field.fields, blocks, {}) or ABSENT

    def field(self, field: Field, rest: str, body: Lines, home: dict[str, Any]) -> Any:
        """Return the value of a field from the text after its label and the lines below. Other text becomes a note in `home`."""
        blocks = blocks_of(body)
        if (exact := read_exact(rest, blocks)) is not ABSENT:
            return exact
        rest = "" if is_placeholder(rest) else rest
        match field.kind:
            case "object":
                return self._inner(field, rest, blocks)
            case "list":
                return (self._items if field.fields else self._words)(field, rest, body, home)
            case "value" if rest:
                return read_example(strip_code_span(rest))
            case "value":
                return self.object((field,), blocks, home).pop(field.name, ABSENT)
        if field.format == "markdown":
            return self._prose(field, rest, body)
        if rest:
            self.notes.keep(home, body)
        text = rest or self._prose(field, "", body)
        if not isinstance(text, str):
            return text
        first, _, more = text.rstrip("\n").partition("\n")
        line = body[0].number if body else 0
        self.notes.add(home, more, line)
        return self._scalar(field, first, home, line)

    def object(
        self, fields: tuple[Field, ...], blocks: Iterable[Block], found: dict[str, Any], slot: str = ""
    ) -> dict[str, Any]:
        """Read labelled values into `found`; text without a label goes to the field `slot`, or the first suitable one."""
        unlabelled: list[Lines] = []
        names = {field.name: field for field in fields}
        example = next((field.name for field in fields if field.format == "example"), "")
        holders = [field.name for field in fields if any(each.format == "example" for each in field.fields)]
        holder = holders[0] if len(holders) == 1 else ""
        for part in labelled_parts(fields, blocks):
            self.notes.line = part.raw[0].number or self.notes.line
            if part.field:
                self._set(found, part.field.name, self.field(part.field, part.rest, part.body, found), part)
            elif part.note == MORE and isinstance(more := read_exact("", blocks_of(part.body)), dict):
                found.update(more)
            elif part.note and part.note != MORE:
                self._set(found, part.note, self._extension(part), part)
            elif example and example not in found and (value := example_in(part.raw)) is not ABSENT:
                found[example] = value
            elif holder and holder not in found and part.raw[0].text.strip()[:3] in ("```", "~~~"):
                # People write the payload of an event directly below its name.
                value = example_in(part.raw)
                found.update({} if value is ABSENT else {holder: {"example": value}})
            else:
                unlabelled.append(part.raw)
        candidates = [name for name in (slot, *_SLOTS) if name in names]
        place = next((name for name in candidates if name not in found), slot)
        if place in names and names[place].format == "markdown":
            self._add_text(found, names[place], unlabelled)
        else:
            for lines in unlabelled:
                self.notes.keep(found, lines)
        return found

    def _add_text(self, found: dict[str, Any], field: Field, parts: list[Lines]) -> None:
        """Add text without a label to a field."""
        body: list[Line] = []
        for part in parts:
            follows = not body or body[-1].number + 1 == part[0].number
            body += part if follows else (Line(0, ""), *part)
        text, known = self._prose(field, "", tuple(body)), found.get(field.name)
        if text is not ABSENT:
            if isinstance(known, str) and isinstance(text, str):
                text = f"{known.rstrip()}\n\n{text.rstrip()}\n"
            found[field.name] = text

    def _extension(self, part: LabelledPart) -> Any:
        value = read_exact(part.rest, blocks_of(part.body))
        if value is ABSENT and not part.body and strip_code_span(part.rest) != part.rest:
            value = read_json(strip_code_span(part.rest))
        return self._prose(_NOTE_FIELD, part.rest, part.body) if value is ABSENT else value

    def _set(self, found: dict[str, Any], name: str, value: Any, part: LabelledPart) -> None:
        if value is not ABSENT and name in found:
            self.notes.keep(found, part.raw)
        elif value is not ABSENT:
            found[name] = value

    def _inner(self, field: Field, rest: str, blocks: tuple[Block, ...]) -> Any:
        """Return the value of an object from the text after its label and the blocks below."""
        found: dict[str, Any] = {}
        status = _STATUS.fullmatch(strip_code_span(rest))
        if status and any(each.name == "status" for each in field.fields):
            found["status"] = int(status[1])
        elif rest and (blocks or none_reason(rest) is None):
            line = Line(blocks[0].raw[0].number if blocks else 0, rest)
            blocks = (Block("text", (line,)), *blocks)
        return self.object(field.fields, blocks, found) or ABSENT

    def _prose(self, field: Field, rest: str, body: Lines) -> Any:
        """Return a text; it ends with a line break if it begins below its label."""
        if rest:
            text = f"{rest}\n{join_lines(body)}" if body else rest
        else:
            below = strip_blank(body)
            blocks = blocks_of(below)
            if len(blocks) == 1 and blocks[0].kind == "item":
                exact = read_exact(blocks[0].head, blocks_of(blocks[0].body))
                return self._prose(field, blocks[0].head, blocks[0].body) if exact is ABSENT else exact
            text = f"{join_lines(below)}\n" if below else ""
        bare = text.strip()
        if not bare or is_placeholder(bare) or bare in field.guidance:
            return ABSENT
        return f"TODO: {field.title}?" if means_unknown(bare) else unescape_markdown(text)

    def _scalar(self, field: Field, text: str, home: dict[str, Any], line: int) -> Any:
        value = self._owner(field, text) if field.format == "owner" else read_scalar(field, text)
        if value is UNREADABLE:
            self.notes.add(home, f"{field.title}: {text}", line)
            return ABSENT
        pattern = _FORMATS.get(field.format)
        if not pattern or value is ABSENT or pattern.fullmatch(value) or value.startswith("TODO"):
            return value
        if none_reason(value) is not None:
            return ABSENT
        message = f"{field.title} became a TODO: {printable(value)!r} is not in the expected format"
        self.notes.report(line, message)
        return f"TODO: {field.title}, given as {value!r}?"[:300]

    def _owner(self, field: Field, text: str) -> Any:
        text = strip_code_span(text)
        key = re.search(r"\(`?([a-z0-9][a-z0-9-]*)`?\)$", text)
        for found in (text, key[1] if key else "", self._owner_keys.get(normalize(text), "")):
            if found in self._owners:
                return found
        return key[1] if key and not self._owners else read_scalar(field, text)

    # --- lists

    def _words(self, field: Field, rest: str, body: Lines, home: dict[str, Any]) -> Any:
        """Return a list of texts."""
        item = field.item or field
        if rest and not body and none_reason(rest) is not None:
            self.notes.keep_reason(field, rest, home)
            return []
        if rest and item.format == "markdown":
            return [self._prose(item, rest, body)]
        if rest:
            return [self._scalar(item, word, home, 0) for word in read_words(rest)]
        values = [value for block in blocks_of(body) if (value := self._word(item, block)) is not ABSENT]
        found = [value for value in values if not isinstance(value, str) or none_reason(value) is None]
        return found if found or values else ABSENT

    def _word(self, item: Field, block: Block) -> Any:
        if block.kind == "item":
            if (exact := read_exact(block.head, blocks_of(block.body))) is not ABSENT:
                return exact
            text = self._prose(item, block.head, block.body)
        else:
            text = self._prose(item, "", block.raw)
            text = text.rstrip("\n") if isinstance(text, str) and block.kind != "table" else text
        return text if item.format == "markdown" or not isinstance(text, str) else read_scalar(item, text)

    def _items(self, field: Field, rest: str, body: Lines, home: dict[str, Any]) -> Any:
        """Return a list of entries."""
        found: list[dict[str, Any]] = []
        is_none = bool(rest) and none_reason(rest) is not None
        if is_none:
            self.notes.keep_reason(field, rest, home)
        for words in inline_entries(rest) if rest and not is_none else ():
            found += self._entry(field, words, (), home)
        for blocks in self._groups(field, blocks_of(body)):
            block = blocks[0]
            if label_of(field, block):
                self._group(field, blocks, found, home)
            elif block.kind == "table":
                labelled = any(find_label(field.fields, cell) for cell in block.rows[0])
                is_pairs = field.fields[0].name == "local_entity" and not labelled
                found += [self._pairs(field, block, home)] if is_pairs else self._table(field, block, home)
            elif block.kind == "fence":
                self.object(field.fields, [block], found[-1], IMPORTED) if found else self.notes.keep(home, block.raw)
            elif none_reason(words := block.text if block.kind == "text" else block.first) is not None and (
                block.kind == "text" or not block.body
            ):
                self.notes.keep_reason(field, words, home)
                is_none = True
            elif not self.notes.is_guidance(block):
                found += self._entry(field, block.first, block.body, home, block.raw)
        return found if found or is_none else ABSENT

    def _groups(self, field: Field, blocks: Iterable[Block]) -> Iterator[list[Block]]:
        """Yield each block; blocks that begin with labels of one entry, and what follows an empty label, together."""
        group: list[Block] = []
        for block in blocks:
            if label := label_of(field, block):
                continues = label.field is not field.fields[0]
            else:
                continues = bool(group) and not group[-1].body and group[-1].head.rstrip("*").endswith(":")
            if group and not continues:
                yield group
                group = []
            if label or continues:
                group.append(block)
            else:
                yield [block]
        if group:
            yield group

    def _group(self, field: Field, group: list[Block], found: list[dict[str, Any]], home: dict[str, Any]) -> None:
        """Read an entry that is written as labels only."""
        first = group[0]
        label = find_label(field.fields, first.head)
        if label and label.field is field.fields[0] and first.body:
            # The lines below the name belong to the entry.
            group = [replace(first, body=()), *blocks_of(first.body), *group[1:]]
        item = self.object(field.fields, group, {})
        if _is_identified(field, item):
            found.append(item)
        elif item and found and not item.keys() & found[-1].keys():
            found[-1].update(item)
        else:
            raw = tuple(line for block in group for line in block.raw)
            if item or not _is_unfilled(raw):
                self.notes.keep(home, raw)

    def _entry(
        self, field: Field, head: str, body: Lines, home: dict[str, Any], raw: Lines = ()
    ) -> list[dict[str, Any]]:
        """Return an entry from its first line, the lines below and all its lines; text that is not an entry becomes a note."""
        if not head and body:
            if isinstance(exact := read_exact("", blocks_of(body)), dict):
                return [exact]
            head, body = body[0].text.strip(), body[1:]
        if is_placeholder(head) and _is_unfilled(body):
            return []
        values, slot = read_first_line(field, head)
        if not values:
            self.notes.keep(home, raw or (Line(0, head), *body))
            return []
        guessed = {"kind": values["kind"]} if "kind" in values else {}  # of an environment, by its name
        found = {name: value for name, value in values.items() if name != "kind"}
        found = guessed | self.object(field.fields, blocks_of(body), found, slot)
        return [found] if found != values or "{{" not in join_lines(body) else []

    def _pairs(self, field: Field, block: Block, home: dict[str, Any]) -> dict[str, Any]:
        """Return a mapping from a table of local and remote fields that names no entity: the entity becomes a question."""
        header = ("local", "remote", *block.rows[0][2:])
        (pairs,) = (each for each in field.fields if each.name == "fields")
        rows = list(self._table(pairs, replace(block, rows=(header, *block.rows[1:])), home))
        return {"local_entity": "TODO: Local entity?", "remote_object": "TODO: Remote object?", "fields": rows}

    def _table(self, field: Field, block: Block, home: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the entries in the rows of a table."""
        header, *rows = block.rows
        labels = [find_label(field.fields, cell) or find_label(field.fields, cell.split(" ")[0]) for cell in header]
        names = {each.name for each in field.fields}
        for row, line in zip(rows, block.raw[2:], strict=True):
            item: dict[str, Any] = {}
            unlabelled = []
            for name, label, cell in zip_longest(header, labels, row):
                if label and label.field and cell:
                    value = self.field(label.field, cell, (), item) if none_reason(cell) is None else ABSENT
                    item |= {label.field.name: value} if value is not ABSENT else {}
                elif cell:
                    unlabelled.append((name or "", cell))
            if "path" in item and "method" not in item and "path" in names:
                item |= read_first_line(field, item["path"])[0]
            if unlabelled and not _is_identified(field, item):
                item = read_first_line(field, unlabelled.pop(0)[1])[0] | item
            if "base_url" in names and isinstance(item.get("name"), str):
                item = read_first_line(field, f"**{item['name']}:**")[0] | item
            slot = next((name for name in (description_of(field), "note") if name and name not in item), "")
            texts = [
                f"{name}: {cell}" if (len(unlabelled) > 1 or not slot) and name else cell for name, cell in unlabelled
            ]
            if slot and texts:
                item[slot] = "; ".join(texts)
            else:
                self.notes.add(item, "; ".join(texts), line.number)
            if _is_identified(field, item):
                yield item
            else:
                self.notes.keep(home, (line,))


def _is_identified(field: Field, item: dict[str, Any]) -> bool:
    return any(all(name in item for name in key) for key in field.keys)


def _is_unfilled(lines: Lines) -> bool:
    """Return whether lines have only labels and placeholders of the template."""
    words = (line.text.strip() for line in lines)
    return all(not text or "{{" in text or text.endswith((":", ":**")) or text.startswith("```") for text in words)


def read_exact(rest: str, blocks: Sequence[Block]) -> Any:
    """Return the value of a single fence marked as exact; `ABSENT` otherwise."""
    is_exact = not rest and len(blocks) == 1 and blocks[0].kind == "fence" and blocks[0].head == EXACT_JSON
    return read_json(join_lines(blocks[0].body)) if is_exact else ABSENT


def example_in(lines: Lines) -> Any:
    """Return the example in a fence or a line of code."""
    blocks = blocks_of(lines)
    if len(blocks) == 1 and blocks[0].kind == "fence":
        return read_block(blocks[0])
    text = join_lines(lines).strip()
    return read_example(strip_code_span(text)) if strip_code_span(text) != text else ABSENT


def read_block(fence: Block) -> Any:
    """Return the example in a fence."""
    text = join_lines(fence.body)
    return read_json(text) if fence.head == EXACT_JSON else read_example(text, fence.head)
