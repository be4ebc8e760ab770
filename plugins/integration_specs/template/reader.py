"""Read sections of a filled template as spec values; text without a field is kept as an `x-` note."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from integration_specs.text.display import printable
from integration_specs.validation.schema import Field

from . import IMPORTED
from .blocks import Block, Line, Lines, blocks_of, join_lines, strip_blank
from .fences import read_exact_json, read_fence
from .headlines import description_of, inline_entries, read_headline
from .inline_values import (
    ABSENT,
    UNREADABLE,
    is_placeholder,
    means_unknown,
    none_reason,
    normalize,
    read_note,
    read_scalar,
    read_status,
    read_words,
    states_none,
    strip_code_span,
    unescape_markdown,
)
from .labelled_parts import LabelledPart, label_in, label_of, labelled_parts

_MAX_NOTE = 40_000
_SLOTS = ("description", "summary", "notes", "note", "why")
_FORMATS = {
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "duration": re.compile(r"[0-9]{1,6}(ms|s|m|h|d)"),
    "url": re.compile(r"https?://[^ \t\n\r\"<>]+"),
    "owner": re.compile(r"[a-z0-9][a-z0-9-]{0,79}"),
}


@dataclass(frozen=True, slots=True)
class Issue:
    """A report about a line that is not in the spec unchanged; `kept` says that it became an `x-` note."""

    line: int
    message: str
    kept: bool = True


class Reader:
    """A reader of sections. `issues` lists text without a field; `owners` are the known keys with their names."""

    def __init__(self, owners: Iterable[tuple[str, str]] = (), guidance: Iterable[str] = ()) -> None:
        self.issues: list[Issue] = []
        self._at = 1
        self._is_full = False
        self._owners = dict(owners)
        self._owner_keys = {normalize(name): key for key, name in self._owners.items()}
        self._guidance = {normalize(words) for words in guidance}

    def section(self, field: Field, lines: Sequence[Line], home: dict[str, Any] | None = None) -> Any:
        """Return the value of a section, `ABSENT` if it is empty. Text that is not part of it becomes a note in `home`."""
        blocks = [block for block in blocks_of(lines) if not self._is_guidance(block)]
        if (exact := read_exact_json("", blocks)) is not ABSENT:
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
        if (exact := read_exact_json(rest, blocks)) is not ABSENT:
            return exact
        if is_placeholder(rest):
            rest = ""
        match field.kind:
            case "object":
                return self._inner(field, rest, blocks, body)
            case "list":
                return (self._items if field.fields else self._words)(field, rest, body, home)
            case "value":
                return self._example(rest, blocks, home)
        if field.format == "markdown":
            return self._prose(field, rest, body)
        text = rest
        if not text and (below := self._prose(field, "", body)) is not ABSENT:
            text = below.rstrip("\n")
        elif body:
            self._keep(home, body)
        first, _, more = text.partition("\n")
        if more:
            self._note(home, more, body[0].number if body else 0)
        return self._scalar(field, first, home, body[0].number if body else 0)

    def object(
        self, fields: tuple[Field, ...], blocks: Iterable[Block], found: dict[str, Any], slot: str = ""
    ) -> dict[str, Any]:
        """Read labelled values into `found`; text without a label goes to the field `slot`, or the first suitable one."""
        unlabelled: list[Lines] = []
        names = {field.name for field in fields}
        example = next((field.name for field in fields if field.format == "example"), "")
        holders = [field.name for field in fields if any(each.format == "example" for each in field.fields)]
        holder = holders[0] if len(holders) == 1 else ""
        for entry in labelled_parts(fields, blocks):
            self._at = entry.raw[0].number or self._at
            if entry.note:
                value = read_exact_json(entry.rest, blocks_of(entry.body))
                if value is ABSENT and not entry.body:
                    value = read_note(entry.rest)
                if value is ABSENT:
                    value = self._prose(_NOTE_FIELD, entry.rest, entry.body)
                self._set(found, entry.note, value, entry)
            elif entry.field:
                self._set(found, entry.field.name, self.field(entry.field, entry.rest, entry.body, found), entry)
            elif example and example not in found and (value := _example_in(entry.raw)) is not ABSENT:
                found[example] = value
            elif holder and holder not in found and entry.raw[0].text.strip()[:3] in ("```", "~~~"):
                # People write the payload of an event directly below its name.
                value = _example_in(entry.raw)
                found.update({} if value is ABSENT else {holder: {"example": value}})
            else:
                unlabelled.append(entry.raw)
        if unlabelled:
            candidates = [name for name in (slot, *_SLOTS) if name in names]
            place = next((name for name in candidates if name not in found), slot)
            self._unlabelled(found, place, unlabelled, fields)
        if "more" in found and "more" not in names:
            found.update(found.pop("more"))
        return found

    def _unlabelled(
        self, found: dict[str, Any], place: str, unlabelled: list[Lines], fields: tuple[Field, ...]
    ) -> None:
        field = next((field for field in fields if field.name == place), None)
        if field is None or field.format != "markdown":
            for lines in unlabelled:
                self._keep(found, lines)
            return
        body: list[Line] = []
        for part in unlabelled:
            follows = body and body[-1].number + 1 == part[0].number
            body += part if follows or not body else (Line(0, ""), *part)
        text = self._prose(field, "", tuple(body))
        if text is not ABSENT:
            found[place] = (
                f"{found[place].rstrip()}\n\n{text.rstrip()}\n" if isinstance(found.get(place), str) else text
            )

    def _set(self, found: dict[str, Any], name: str, value: Any, entry: LabelledPart) -> None:
        if value is ABSENT:
            return
        if name in found:
            self._keep(found, entry.raw)
        else:
            found[name] = value

    def _inner(self, field: Field, rest: str, blocks: tuple[Block, ...], body: Lines) -> Any:
        if rest:
            if states_none(rest) and not blocks:
                return ABSENT
            if any(each.name == "status" for each in field.fields) and (status := read_status(rest)):
                return self.object(field.fields, blocks, {"status": status})
            line = Line(body[0].number if body else 0, rest)
            blocks = (Block("text", (line,)), *blocks)
        return self.object(field.fields, blocks, {}) or ABSENT

    def _prose(self, field: Field, rest: str, body: Lines) -> Any:
        """Return a text; it ends with a line break if it begins below its label."""
        if rest:
            text = f"{rest}\n{join_lines(body)}" if body else rest
        else:
            below = strip_blank(body)
            blocks = blocks_of(below)
            if len(blocks) == 1 and blocks[0].kind == "item":
                if (exact := read_exact_json("", blocks_of(blocks[0].body))) is not ABSENT and not blocks[0].head:
                    return exact
                return self._prose(field, blocks[0].head, blocks[0].body)
            text = f"{join_lines(below)}\n" if below else ""
        bare = text.strip()
        if not bare or is_placeholder(bare) or bare in field.guidance:
            return ABSENT
        return f"TODO: {field.title}?" if means_unknown(bare) else unescape_markdown(text)

    def _scalar(self, field: Field, text: str, home: dict[str, Any], line: int) -> Any:
        value = self._owner(text) if field.format == "owner" else read_scalar(field, text)
        if value is UNREADABLE:
            self._note(home, f"{field.title}: {text}", line)
            return ABSENT
        pattern = _FORMATS.get(field.format)
        if pattern and isinstance(value, str) and not pattern.fullmatch(value) and not value.startswith("TODO"):
            if states_none(value):
                return ABSENT
            self.issues.append(
                Issue(
                    line or self._at,
                    f"{field.title} became a TODO: {printable(value)!r} is not in the expected format",
                    False,
                )
            )
            return f"TODO: {field.title}, given as {value!r}?"[:300]
        return value

    def _owner(self, text: str) -> Any:
        text = strip_code_span(text)
        if not text or is_placeholder(text):
            return ABSENT
        key = re.search(r"\(`?([a-z0-9][a-z0-9-]*)`?\)$", text)
        for found in (text, key[1] if key else "", self._owner_keys.get(normalize(text), "")):
            if found in self._owners:
                return found
        if key and not self._owners:
            return key[1]
        return read_scalar(Field("owner", "Owner", "", "text", "owner"), text)

    def _words(self, field: Field, rest: str, body: Lines, home: dict[str, Any]) -> Any:
        """Return a list of texts."""
        item = field.item or field
        prose = item.format == "markdown"
        if rest:
            if states_none(rest) and not body:
                self._keep_reason(field, rest, home)
                return []
            return (
                [self._prose(item, rest, body)]
                if prose
                else [self._scalar(item, word, home, 0) for word in read_words(rest)]
            )
        found: list[Any] = []
        is_none = False
        for block in blocks_of(body):
            value = read_exact_json(block.head, blocks_of(block.body)) if block.kind == "item" else ABSENT
            if value is ABSENT:
                value = self._one(item, block)
                if isinstance(value, str) and states_none(value):
                    is_none, value = True, ABSENT
            if value is not ABSENT:
                found.append(value)
        return found if found or is_none else ABSENT

    def _one(self, item: Field, block: Block) -> Any:
        if block.kind == "item":
            text = self._prose(item, block.head, block.body)
        else:
            text = self._prose(item, "", block.raw)
            text = text if text is ABSENT or block.kind == "table" else text.rstrip("\n")
        return text if item.format == "markdown" or text is ABSENT else read_scalar(item, text)

    def _items(self, field: Field, rest: str, body: Lines, home: dict[str, Any]) -> Any:
        """Return a list of entries."""
        found: list[dict[str, Any]] = []
        is_none = bool(rest) and states_none(rest)
        self._keep_reason(field, rest, home)
        if rest and not is_none:
            found += [
                item for words in inline_entries(rest) if (item := self._entry(field, words, (), home)) is not None
            ]
        group: list[Block] = []
        for block in (*blocks_of(body), None):
            label = block and label_of(field, block)
            if group and block and not label and not group[-1].body and group[-1].head.rstrip("*").endswith(":"):
                group.append(block)
                continue
            if group and (not label or label.field is field.fields[0]):
                self._group(field, group, found, home)
                group = []
            if block and label:
                group.append(block)
                continue
            if block is None or self._is_guidance(block):
                continue
            if block.kind == "text" and states_none(join_lines(block.raw)):
                self._keep_reason(field, join_lines(block.raw), home)
                is_none = True
            elif block.kind == "table":
                labelled = any(label_in(field.fields, cell) for cell in block.rows[0])
                is_pairs = field.fields[0].name == "local_entity" and not labelled
                found += [self._pairs(block, home)] if is_pairs else self._table(field, block, home)
            elif block.kind == "fence":
                self.object(field.fields, [block], found[-1], IMPORTED) if found else self._keep(home, block.raw)
            else:
                head = block.head if block.kind != "text" else block.raw[0].text.strip()
                if states_none(head) and not block.body:
                    self._keep_reason(field, head, home)
                    is_none = True
                    continue
                below = block.body if block.kind != "text" else block.raw[1:]
                item = self._entry(field, head, below, home, block.raw)
                if item is not None:
                    found.append(item)
        return found if found or is_none else ABSENT

    def _group(self, field: Field, group: list[Block], found: list[dict[str, Any]], home: dict[str, Any]) -> None:
        """Read an entry that is written as labels only."""
        first = group[0]
        label = label_in(field.fields, first.head)
        if label and label.field is field.fields[0] and first.body:
            # The lines below the name belong to the entry.
            group = [replace(first, body=()), *blocks_of(first.body), *group[1:]]
        item = self.object(field.fields, group, {})
        if any(all(name in item for name in key) for key in field.keys):
            found.append(item)
        elif item and found and not item.keys() & found[-1].keys():
            found[-1].update(item)
        else:
            raw = tuple(line for block in group for line in block.raw)
            if item or not is_unfilled(raw):
                self._keep(home, raw)

    def _entry(self, field: Field, head: str, body: Lines, home: dict[str, Any], raw: Lines = ()) -> Any:
        """Return an entry from its first line and the lines below; None if its identifying values are missing."""
        if not head and body:
            if (exact := read_exact_json("", blocks_of(body))) is not ABSENT:
                return exact
            head, body = body[0].text.strip(), body[1:]
        if is_placeholder(head) and is_unfilled(body):
            return None
        found, slot = read_headline(field, head)
        if not found:
            self._keep(home, raw or (Line(0, head), *body))
            return None
        headline = dict(found)
        guessed = {"kind": found.pop("kind")} if "kind" in found else {}  # of an environment, by its name
        self.object(field.fields, blocks_of(body), found, slot)
        found = guessed | found
        return None if found == headline and "{{" in join_lines(body) else found

    def _pairs(self, block: Block, home: dict[str, Any]) -> dict[str, Any]:
        """Return a mapping from a table of local and remote fields that names no entity: the entity becomes a question."""
        rows = []
        for number, (local, *others) in enumerate(block.rows[1:], 2):
            remote, rest = (others[0] if others else ""), "; ".join(filter(None, others[1:]))
            if local and remote:
                rows.append(
                    {"local": strip_code_span(local), "remote": strip_code_span(remote)}
                    | ({"note": rest} if rest else {})
                )
            else:
                self._keep(home, (block.raw[min(number, len(block.raw) - 1)],))
        return {"local_entity": "TODO: Local entity?", "remote_object": "TODO: Remote object?", "fields": rows}

    def _table(self, field: Field, block: Block, home: dict[str, Any]) -> list[dict[str, Any]]:
        header, *rows = block.rows
        columns = [label_in(field.fields, cell) or label_in(field.fields, cell.split(" ")[0]) for cell in header]
        if not any(column and column.field for column in columns):
            columns = [None] * len(header)
        found = []
        for number, row in enumerate(rows, 2):
            item: dict[str, Any] = {}
            unlabelled = []
            for place, cell in enumerate(row):
                column = columns[place] if place < len(columns) else None
                if not cell or (column and column.field and states_none(cell)):
                    continue
                if column and column.field:
                    value = self.field(column.field, cell, (), item)
                    if value is not ABSENT:
                        item[column.field.name] = value
                else:
                    unlabelled.append((header[place] if place < len(header) else "", cell))
            if "path" in item and "method" not in item and "path" in {each.name for each in field.fields}:
                item |= read_headline(field, item["path"])[0]
            if not any(all(name in item for name in key) for key in field.keys) and unlabelled:
                item = read_headline(field, unlabelled.pop(0)[1])[0] | item
            if "base_url" in {each.name for each in field.fields} and isinstance(item.get("name"), str):
                item = read_headline(field, f"**{item['name']}:**")[0] | item
            line = block.raw[min(number, len(block.raw) - 1)]
            slot = next((name for name in (description_of(field), "note") if name and name not in item), "")
            if slot and unlabelled:
                item[slot] = "; ".join(
                    f"{name}: {cell}" if len(unlabelled) > 1 and name else cell for name, cell in unlabelled
                )
            elif unlabelled:
                self._note(item, "; ".join(f"{name}: {cell}" for name, cell in unlabelled), line.number)
            if any(all(name in item for name in key) for key in field.keys):
                found.append(item)
            else:
                self._keep(home, (line,))
        return found

    def _example(self, rest: str, blocks: tuple[Block, ...], home: dict[str, Any]) -> Any:
        if rest:
            return read_fence("", (Line(0, strip_code_span(rest)),))
        value = ABSENT
        for block in blocks:
            read = _example_in(block.raw) if value is ABSENT else ABSENT
            if read is ABSENT:
                self._keep(home, block.raw)
            else:
                value = read
        return value

    def _is_guidance(self, block: Block) -> bool:
        return block.kind == "text" and normalize(join_lines(block.raw).lstrip("> ")) in self._guidance

    def _keep_reason(self, field: Field, text: str, home: dict[str, Any]) -> None:
        """Keep the reason in a text such as `None: they send no events` as a note."""
        if reason := none_reason(text) if text else None:
            self._note(home, f"{field.title}: none. {reason}", self._at)

    def _keep(self, home: dict[str, Any], lines: Lines) -> None:
        text = join_lines(strip_blank(lines))
        block = next(iter(blocks_of(lines)), None)
        if block and (
            self._is_guidance(block)
            or is_placeholder(text)
            or (block.kind == "fence" and is_placeholder(join_lines(block.body).strip()))
        ):
            return
        self._note(home, text, lines[0].number if lines else 0)

    def _note(self, home: dict[str, Any], text: str, line: int) -> None:
        if not text.strip():
            return
        known = home.get(IMPORTED)
        if isinstance(known, str) and len(known) > _MAX_NOTE:  # more would take quadratic time, and no spec may hold it
            if not self._is_full:
                self.issues.append(
                    Issue(line or self._at, "more lines without a field are left out from here on", False)
                )
            self._is_full = True
            return
        home[IMPORTED] = f"{known}\n\n{text}" if isinstance(known, str) else text
        first = next(part for part in text.split("\n") if part.strip())
        self.issues.append(Issue(line or self._at, f"`{printable(first.strip())}` has no field in the spec"))


def _example_in(lines: Lines) -> Any:
    """Return the example in a fence or a line of code."""
    blocks = blocks_of(lines)
    if len(blocks) == 1 and blocks[0].kind == "fence":
        return read_fence(blocks[0].head, blocks[0].body)
    text = join_lines(lines).strip()
    return read_fence("", (Line(0, strip_code_span(text)),)) if strip_code_span(text) != text else ABSENT


def is_unfilled(lines: Lines) -> bool:
    """Return whether lines have only labels and placeholders of the template."""
    words = (line.text.strip() for line in lines)
    return all(not text or "{{" in text or text.endswith((":", ":**")) or text.startswith("```") for text in words)


_NOTE_FIELD = Field("note", "note", "", "text", "markdown")
