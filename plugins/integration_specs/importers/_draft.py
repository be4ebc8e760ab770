"""Values of any document made to fit the spec's schema: cleaned, cut and shed, each loss reported with its place.

Importers put what they find into `Draft.data` as it is, say where it came from (`at`), and end with `finish`.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from integration_specs.contracts.resolver import Node, Resolver
from integration_specs.findings import Finding
from integration_specs.text.display import printable
from integration_specs.validation.schema import Pointer
from integration_specs.validation.validator import FORMATS

from . import ASSUMED, KEPT, LEFT_OUT, MADE_UP, MASKED, Import, ImportFault, ImportOptions, note
from ._texts import Loss, clean, markdown, shorten, within_limits
from ._truncation import describe_cut, truncate


def open_document(path: Path, options: ImportOptions, what: str) -> Resolver:
    """A document with the files that it refers to. Raises `ImportFault` when it cannot be read; `what` it should be is told then."""
    resolver = Resolver(path, options.shown)
    errors = [finding for finding in resolver.document.findings if finding.level == "error"]
    if errors:
        # The loader's help for these is about specs.
        about_specs = ("yaml-empty", "yaml-root-list", "yaml-root-scalar")
        raise ImportFault(
            *(replace(each, help=f"Name {what}.") if each.rule in about_specs else each for each in errors)
        )
    return resolver


class Draft:
    """A spec in the making: `data` as the importer wrote it, and the report."""

    def __init__(self, options: ImportOptions, resolver: Resolver) -> None:
        self.options = options
        self.data: dict[str, Any] = {"status": "draft"}
        self._resolver = resolver
        self._report: list[Finding] = []
        self._origins: dict[Pointer, tuple[Node, str]] = {}

    def at(self, pointer: Pointer, node: Node, label: str = "") -> None:
        """Remembers where the value at `pointer` comes from, and what people call it."""
        self._origins[pointer] = (node, label)

    def left_out(self, node: Node, what: str, why: str, help: str = "") -> None:
        """Reports something that is not in the spec."""
        self._add(LEFT_OUT, node, f"{printable(what, 90)}: {why}", help)

    def kept(self, node: Node, message: str) -> None:
        """Reports something that is kept as an `x-` note."""
        self._add(KEPT, node, message)

    def masked(self, node: Node, message: str) -> None:
        """Reports a secret that is not written."""
        self._add(
            MASKED, node, message, "Revoke it if it was real, and say in `secret_storage` where the new one is kept."
        )

    def assumed(self, node: Node, message: str, help: str) -> None:
        """Reports how the document was read where it could be read in another way."""
        self._add(ASSUMED, node, message, help)

    def made_up(self, node: Node, message: str) -> None:
        """Reports an example that comes from a schema alone."""
        self._add(MADE_UP, node, message)

    def put(self, item: dict[str, Any], node: Node, label: str, *path: str) -> None:
        """Appends an entry to the list at `path`, with its place and label."""
        holder = self.data
        for step in path[:-1]:
            holder = holder.setdefault(step, {})
        entries = holder.setdefault(path[-1], [])
        self.at((*path, len(entries)), node, label)
        entries.append(item)

    def finish(self, name: str) -> Import:
        """The spec as the schema wants it, and the whole report, in the order of the document."""
        for bad in self._resolver.bad.values():
            self._add(LEFT_OUT, bad.node, bad.message, bad.help)
        schema = self.options.schema.json
        data = _SchemaFitter(self, schema).fit(self.data, schema, ())
        truncate(data, self.lost)
        _add_questions(data)
        report = sorted(dict.fromkeys(self._report), key=lambda finding: finding.sort_key)
        return Import(data, tuple(report), name)

    def _add(self, rule: Any, node: Node, message: str, help: str = "") -> None:
        finding = note(rule, self.options, printable(message, 190), node.span, help=help)
        self._report.append(replace(finding, file=node.document.path))

    def lost(self, at: Pointer, what: str, why: str) -> None:
        """Reports what the value at `at` of the spec lost."""
        node, label = self.origin_of(at)
        help = "Import fewer operations, or add this by hand." if why.startswith("all together") else ""
        self.left_out(node, f"{label or at[0]}{what}", why, help)

    def origin_of(self, pointer: Pointer) -> tuple[Node, str]:
        """The nearest place that is known for a value of the spec, with its label."""
        for length in range(len(pointer), -1, -1):
            if pointer[:length] in self._origins:
                return self._origins[pointer[:length]]
        return self._resolver.root, ""

    def has_origin(self, pointer: Pointer) -> bool:
        """Whether the value itself has a place of its own."""
        return pointer in self._origins

    def move_origin(self, pointer: Pointer, to: Pointer) -> None:
        """An item has changed its index."""
        if pointer in self._origins:
            self._origins[to] = self._origins[pointer]


class _SchemaFitter:
    """A walk through the values along the schema."""

    def __init__(self, draft: Draft, root: dict[str, Any]) -> None:
        self._draft, self._root = draft, root

    def fit(self, value: Any, schema: Any, at: Pointer) -> Any:
        """The value as the schema wants it; None when nothing of it can stand."""
        while isinstance(schema, dict) and "$ref" in schema:
            target: Any = self._root
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            schema = {**target, **{key: each for key, each in schema.items() if key != "$ref"}}
        kind = schema.get("type") if isinstance(schema, dict) else None
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
                self._lost((*at, index), each, "the spec has no place for a value like this")
                continue
            identity = field.identity(result) if field else ""
            if identity and identity in taken:
                self._lost((*at, index), each, "the same is in the spec already")
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
            text = f"Vendor: {text}"  # their open question is not one of ours
        if not text:
            return None
        most = schema.get("maxLength", len(text))
        if len(text) > most:
            self._draft.lost(at, "", describe_cut(at, len(text), most))
            text = shorten(text, most)
        pattern, format_ = schema.get("pattern"), schema.get("format")
        fits = not pattern or re.search(re.sub(r"\$(?=$|\|)", r"\\Z", pattern), text)
        if not fits or (format_ in FORMATS and not FORMATS[format_](text)) or text not in schema.get("enum", [text]):
            self._draft.lost(at, "", f"`{printable(text)}` cannot stand in `{at[-1]}`")
            return None
        return text

    def _any_value(self, value: Any, at: Pointer) -> Any:
        """An example or an `x-` note: any JSON value within the loader's limits."""
        loss = Loss()
        result = within_limits(value, 0, loss)
        if loss.count:
            self._draft.lost(at, "", f"{loss.count:,} values of `{at[-1]}` that are too many, too deep or too long")
        return result


def _add_questions(data: dict[str, Any]) -> None:
    """Puts the questions that no vendor's document answers; the command adds who finds out, until when."""
    data["purpose"] = {"why": f"TODO: why do we integrate with {data['system']}?"}
    known = data.setdefault("authentication", {})
    known.setdefault("mechanism", "TODO: the document does not say how callers prove who they are; how do we?")
    known |= {"secret_storage": "TODO: where are the credentials kept?"}
