"""What an attachment states: separator, columns and rows of a table, or the text of anything else."""

import hashlib
import re
from collections.abc import Iterator, Sequence

from integration_specs.diff import Location
from integration_specs.diff.file_facts import FileFact
from integration_specs.diff.text_file_formats import misread_values, moved_values, read_rows, separator_of
from integration_specs.model import Spec
from integration_specs.model.example_fields import normalize_path
from integration_specs.model.mapped_field_uses import FieldUse
from integration_specs.text.messages import Message

_TABLES = (".csv", ".tsv")
_POSITION = re.compile(
    r"\b(?:from|to|start|end|length|size|width|pos(?:ition)?|de|at[eé]|in[ií]cio|fim|tamanho|posi[cç][aã]o)\b", re.I
)
_MOST_CHARACTERS = 200_000
_MOST_ROWS = 100


def attachment_facts(spec: Spec, name: str, file: str, old: bytes, new: bytes) -> tuple[list[FileFact], list[FileFact]]:
    """Return the facts of both versions of an attachment; `file` is its path in the project."""
    try:
        one, other = old.decode("utf-8-sig"), new.decode("utf-8-sig")
    except UnicodeDecodeError:
        one = other = ""
    reader = _Reader(spec, name, file)
    if max(len(one), len(other)) > _MOST_CHARACTERS or not (one and other):
        return reader.content(old), reader.content(new)
    if name.lower().endswith(_TABLES):
        separators = separator_of(one), separator_of(other)
        tables = read_rows(one, separators[0]), read_rows(other, separators[1])
        headers = [table[0] if table else [] for table in tables]
        if all(header and len(set(header)) == len(header) for header in headers):
            keys = _key_columns(*tables)
            facts = (list(reader.table(*each, keys)) for each in zip(separators, tables, strict=True))
            return _limited(reader, *facts)
    moved = list(moved_values(one, other))
    kind, values = "text", [one, other]
    if moved:
        kind = "places"
        values = [", ".join(f"{value} at {place[side]}" for value, *place in moved[:5]) for side in (0, 1)]
    lengths = [", ".join(map(str, sorted({len(line) for line in text.splitlines()}))) for text in (one, other)]
    if spec.type == "File" and "," not in lengths[0] and one.count("\n") > 1:
        if lengths[0] != lengths[1]:
            kind, values = "places", [f"lines of {each} characters" for each in lengths]
        elif not moved:
            kind = "sample"
    misread = list(misread_values(spec, one, other))
    found: tuple[list[FileFact], list[FileFact]] = ([], [])
    for side, side_facts in enumerate(found):
        for row, difference, *misread_texts in misread:
            part = "position" if difference == "notation" else "cell"
            side_facts.append(reader.fact(part, f".{row.remote}", row.remote, misread_texts[side], words=[row.remote]))
        if kind != "sample" or not misread:
            side_facts.append(reader.fact(kind, "", kind, values[side]))
    return found


class _Reader:
    def __init__(self, spec: Spec, name: str, file: str) -> None:
        self._name, self._file = name, file
        items = spec.data.get("attachments", ())
        self._target = next((("attachments", index) for index, each in enumerate(items) if each["path"] == name), ())
        self._rows: dict[str, list[FieldUse]] = {}
        self._is_file = spec.type == "File"
        for row in spec.mapped_fields:
            path = normalize_path(row.remote)
            for known in {path, path.rpartition(".")[2]}:
                if use := spec.use_of_row.get(row.pointer):
                    self._rows.setdefault(known.casefold(), []).append(use)

    def fact(
        self, kind: str, pointer: str, label: str, value: str, line: int = 1, words: Sequence[str] = ()
    ) -> FileFact:
        path, where = f"attachment{{{kind}}}", f"attachments[{self._name}]{pointer}"
        name, location = Message("{file}, {label}", file=self._name, label=label), Location(self._file, line, 1)
        targets = (self._target,) if self._target else ()
        uses = {use.row.pointer: use for word in words for use in self._rows.get(word.casefold(), ())}
        return FileFact(path, where, name, value, location, targets, tuple(uses.values()))

    def content(self, content: bytes) -> list[FileFact]:
        return [self.fact("document", "", Message("content"), hashlib.sha256(content).hexdigest())]

    def table(self, separator: str, rows: list[list[str]], keys: Sequence[str]) -> Iterator[FileFact]:
        header, *rest = rows
        kind = "file separator" if self._is_file else "separator"
        names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
        yield self.fact(kind, ".separator", Message("separator"), names.get(separator, "none"))
        for column in header:
            label = Message("column {column}", column=column)
            yield self.fact("column", f".columns[{column}]", label, column, words=[column])
        positions = [column for column in header if _POSITION.search(column.replace("_", " "))]
        is_layout = len(positions) > 1
        for index, row in enumerate(rest):
            cells = dict(zip(header, row, strict=False))
            words = [cells.get(column, "") for column in keys]
            key = " ".join(words)
            pointer, label = f".rows[{key}]", Message("row {row}", row=key)
            yield self.fact("field" if is_layout else "row", pointer, label, key, index + 2, words)
            for column, value in cells.items():
                kind = "position" if is_layout and column in positions else "cell"
                if column not in keys:
                    name = Message("{label}, {column}", label=label, column=column)
                    yield self.fact(kind, f"{pointer}.{column}", name, value, index + 2, words)


def _key_columns(*tables: list[list[str]]) -> list[str]:
    """Return the fewest first columns that both tables have and that identify their rows; else all of them."""
    shared = [column for column in tables[0][0] if column in tables[1][0]]
    for count in range(1, len(shared)):
        places = [[table[0].index(column) for column in shared[:count]] for table in tables]
        keys = [
            [tuple(row[place] for place in each if place < len(row)) for row in table[1:]]
            for table, each in zip(tables, places, strict=True)
        ]
        if all(len(set(found)) == len(found) for found in keys):
            return shared[:count]
    return shared


def _limited(reader: _Reader, old: list[FileFact], new: list[FileFact]) -> tuple[list[FileFact], list[FileFact]]:
    """Return the facts without those of rows, but with their number, if too many rows differ."""
    values = [{fact.pointer: fact.value for fact in facts if ".rows[" in fact.pointer} for facts in (old, new)]
    if len(values[0].items() ^ values[1].items()) <= _MOST_ROWS:
        return old, new
    found = []
    for facts, rows in zip((old, new), values, strict=True):
        digest = hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()[:8]
        rest = [fact for fact in facts if fact.pointer not in rows]
        found.append([*rest, reader.fact("cell", ".rows", "rows", f"{len(rows):,} values ({digest})")])
    return found[0], found[1]
