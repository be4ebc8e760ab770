"""Collect the values of a spec and the report of an import.

Importers put values into `Draft.data` unchanged, record where they come from (`set_origin`), and end with `finish`, which cleans
and cuts the values until they fit the spec's schema and reports each loss at its place in the document.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from integration_specs.contracts import Node, Resolver, child, detect_kind
from integration_specs.documents.pointers import with_reference
from integration_specs.findings import LEVELS, Finding
from integration_specs.text.display import plural, printable
from integration_specs.validation.schema import Pointer
from integration_specs.validation.validator import FORMATS

from . import ASSUMED, KEPT, LEFT_OUT, MADE_UP, MASKED, Import, ImportFault, ImportOptions, fault, note
from ._clean_text import Loss, clean, markdown, shorten, within_limits
from ._truncation import describe_cut, truncate


def open_document(path: Path, options: ImportOptions, kind: str, versions: tuple[str, ...] = ()) -> Resolver:
    """Return a resolver for a document of this kind. Raises `ImportFault` if it cannot be read or is of another kind or version."""
    resolver = Resolver.open(path, options.shown)
    errors = [finding for finding in resolver.document.findings if finding.level == "error"]
    if errors:
        # The loader's help for these rules is about specs.
        about_specs = ("yaml-empty", "yaml-root-list", "yaml-root-scalar")
        help = f"Name {_article(kind)} {kind} document."
        raise ImportFault(*(replace(each, help=help) if each.rule in about_specs else each for each in errors))
    found, version = detect_kind(resolver.root)
    if not versions or (found == kind and version.startswith(versions)):
        return resolver
    key = kind.lower()
    if found == kind:
        message, help = f"{kind} {printable(version, 20)} is not supported", f"Convert the document to {kind} 3."
    elif found:
        message, help = other_kind(found)
    else:
        message, help = f"this is not an {kind} document: `{key}` is missing", f"Its first line is `{key}: 3.0.0`."
    raise fault(options, message, child(resolver.root, found.lower()).span, help)


def other_kind(kind: str) -> tuple[str, str]:
    """Return message and help for a document of another kind than the command names."""
    importer = "openapi" if kind == "Swagger" else kind.lower()
    return f"this is {_article(kind)} {kind} document", f"Run `integration-specs import {importer} FILE`."


def _article(kind: str) -> str:
    return "an" if kind[0] in "AO" else "a"


class Draft:
    """An unfinished spec: `data` as the importer wrote it, and the report."""

    def __init__(self, options: ImportOptions, resolver: Resolver) -> None:
        self.options = options
        self.data: dict[str, Any] = {"status": "draft"}
        self._resolver = resolver
        self._report: list[Finding] = []
        self._appended = self._not_selected = 0
        self._origins: dict[Pointer, tuple[Node, str]] = {}

    def set_origin(self, pointer: Pointer, node: Node, label: str = "") -> None:
        """Record which node the value at `pointer` comes from, and its label in messages."""
        self._origins[pointer] = (node, label)

    def left_out(self, node: Node, what: str, why: str, help: str = "") -> None:
        """Report a part of the document that is not in the spec."""
        self._add(LEFT_OUT, node, f"{printable(what, 90)}: {why}", help)

    def not_selected(self) -> None:
        """Count an operation that the command did not select."""
        self._not_selected += 1

    def kept(self, node: Node, message: str) -> None:
        """Report a part of the document that is kept as an `x-` note."""
        self._add(KEPT, node, message)

    def masked(self, node: Node, message: str) -> None:
        """Report a secret that is not written."""
        self._add(
            MASKED, node, message, "Revoke it if it is real, and write in `secret_storage` where the new one is stored."
        )

    def assumed(self, node: Node, message: str, help: str) -> None:
        """Report an interpretation where the document allows two."""
        self._add(ASSUMED, node, message, help)

    def made_up(self, node: Node, message: str) -> None:
        """Report an example that was generated from a schema."""
        self._add(MADE_UP, node, message)

    def without_examples(self, schemas: Iterable[Node]) -> None:
        """Report schemas for which no valid example was found."""
        for schema in schemas:
            self.left_out(schema, "an example", "none that is valid can be generated from this schema")

    def append(self, item: dict[str, Any], node: Node, label: str, *path: str) -> None:
        """Append an entry to the list at `path`, with its origin and label."""
        holder = self.data
        for step in path[:-1]:
            holder = holder.setdefault(step, {})
        entries = holder.setdefault(path[-1], [])
        self.set_origin((*path, len(entries)), node, label)
        entries.append(item)
        self._appended += path[0] in ("endpoints", "events")

    def finish(self, name: str) -> Import:
        """Return the spec, fitted to the schema, with the report: most severe first, then in the order of the document."""
        for bad in self._resolver.bad.values():
            self._add(LEFT_OUT, bad.node, bad.message, bad.help)
        schema = self.options.schema.json
        data = _SchemaFitter(self, schema).fit(self.data, schema, ())
        truncate(data, self.lost)
        _add_questions(data)
        report = sorted(dict.fromkeys(self._report), key=lambda each: (LEVELS.index(each.level), each.sort_key))
        return Import(data, tuple(report), name, self._summary(data))

    def _summary(self, data: dict[str, Any]) -> str:
        imported = len(data.get("endpoints", ())) + sum(map(len, data.get("events", {}).values()))
        parts = [f"{imported:,} imported"]
        parts += [f"{self._not_selected:,} not selected"] if self._not_selected else []
        left_out = self._appended - imported
        parts += [f"{left_out:,} left out, see above"] if left_out else []
        return f"{plural(self._appended + self._not_selected, 'operation')} in the document: {', '.join(parts)}"

    def _add(self, rule: Any, node: Node, message: str, help: str = "") -> None:
        finding = note(rule, self.options, printable(message, 190), node.span, help=help)
        self._report.append(replace(finding, file=node.document.path))

    def lost(self, at: Pointer, what: str, why: str) -> None:
        """Report what the value at a pointer of the spec lost."""
        node, label = self.origin_of(at)
        help = "Import fewer operations, or add this by hand." if why.startswith("together") else ""
        self.left_out(node, f"{label or at[0]}{what}", why, help)

    def origin_of(self, pointer: Pointer) -> tuple[Node, str]:
        """Return the nearest known origin of a value of the spec, with its label."""
        for length in range(len(pointer), -1, -1):
            if pointer[:length] in self._origins:
                return self._origins[pointer[:length]]
        return self._resolver.root, ""

    def has_origin(self, pointer: Pointer) -> bool:
        """Return whether the origin of the value itself is known."""
        return pointer in self._origins

    def move_origin(self, pointer: Pointer, to: Pointer) -> None:
        """Record that an item changed its index."""
        if pointer in self._origins:
            self._origins[to] = self._origins[pointer]


class _SchemaFitter:
    """Fit values to the schema: drop, cut or convert what it does not allow."""

    def __init__(self, draft: Draft, root: dict[str, Any]) -> None:
        self._draft, self._root = draft, root

    def fit(self, value: Any, schema: Any, at: Pointer) -> Any:
        """Return the value as the schema allows it; None if it allows nothing of it."""
        schema = with_reference(self._root, schema) if isinstance(schema, dict) else {}
        kind = schema.get("type")
        if kind == "object" and isinstance(value, dict):
            return self._object(value, schema, at)
        if kind == "array" and isinstance(value, list):
            return self._list(value, schema, at)
        if kind == "string":
            return self._text(value, schema, at)
        if kind in ("integer", "boolean"):
            good = type(value) is (int if kind == "integer" else bool)
            return value if good and schema.get("minimum", value) <= value <= schema.get("maximum", value) else None
        return self._any_value(value, at)

    def _object(self, value: dict[str, Any], schema: dict[str, Any], at: Pointer) -> Any:
        properties = schema.get("properties", {})
        fitted: dict[str, Any] = {}
        for name, each in value.items():
            result = None if each is None else self.fit(each, properties.get(name, {}), (*at, name))
            if result is not None and not (result == {} and name in properties and name != "example"):
                fitted[name] = result
        return None if any(name not in fitted for name in schema.get("required", ())) else fitted

    def _list(self, value: list[Any], schema: dict[str, Any], at: Pointer) -> Any:
        most = schema.get("maxItems", len(value))
        field = self._draft.options.schema.at(at)
        fitted: list[Any] = []
        taken: set[str] = set()
        over: list[int] = []
        for index, each in enumerate(value):
            if len(fitted) >= most:
                over.append(index)
                continue
            result = self.fit(each, schema.get("items", {}), (*at, index))
            if result is None:
                self._lost((*at, index), each, "the spec has no field for such a value")
                continue
            identity = field.identity(result) if field else ""
            if identity and identity in taken:
                self._lost((*at, index), each, "the spec already has an entry with the same key")
                continue
            taken.add(identity)
            self._draft.move_origin((*at, index), (*at, len(fitted)))
            fitted.append(result)
        if over and not self._draft.has_origin((*at, over[0])):
            self._draft.lost(at, "", f"{len(over):,} of {len(value):,} `{at[-1]}`: at most {most:,} fit")
            over = []
        for index in over:
            self._lost((*at, index), value[index], f"the spec's `{at[-1]}` holds at most {most:,}")
        return fitted

    def _lost(self, at: Pointer, value: Any, why: str) -> None:
        node, label = self._draft.origin_of(at)
        name = label or (str(value.get("name") or value.get("on") or at[-1]) if isinstance(value, dict) else str(value))
        self._draft.left_out(node, name, why)

    def _text(self, value: Any, schema: dict[str, Any], at: Pointer) -> str | None:
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            return None
        long = schema.get("x-format") == "markdown"
        text = (markdown if long else clean)(str(value)).strip()
        if not long:
            text = " ".join(text.split())
        if text.startswith("TODO"):
            text = f"Vendor: {text}"  # an open question of the vendor is not one of ours
        if not text:
            return None
        most = schema.get("maxLength", len(text))
        if len(text) > most:
            self._draft.lost(at, "", describe_cut(at, len(text), most))
            text = shorten(text, most)
        pattern, format_ = schema.get("pattern"), schema.get("format")
        fits = not pattern or re.search(re.sub(r"\$(?=$|\|)", r"\\Z", pattern), text)
        if not fits or (format_ in FORMATS and not FORMATS[format_](text)) or text not in schema.get("enum", [text]):
            self._draft.lost(at, "", f"`{printable(text)}` is not allowed in `{at[-1]}`")
            return None
        return text

    def _any_value(self, value: Any, at: Pointer) -> Any:
        """Return an example or `x-` note, cut to the loader's limits."""
        loss = Loss()
        result = within_limits(value, 0, loss)
        if loss.count:
            self._draft.lost(at, "", f"{loss.count:,} values of `{at[-1]}`: too many, too deeply nested or too long")
        return result


def _add_questions(data: dict[str, Any]) -> None:
    """Add the questions that no vendor's document answers; `finalize` adds owner and date."""
    data["purpose"] = {"why": f"TODO: why do we integrate with {data['system']}?"}
    known = data.setdefault("authentication", {})
    known.setdefault("mechanism", "TODO: how do we authenticate? The document does not say.")
    known |= {"secret_storage": "TODO: where are the credentials stored?"}
