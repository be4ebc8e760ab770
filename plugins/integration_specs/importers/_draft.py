"""Collect the values of a spec and the report of an import.

Importers put values into `Draft.data` unchanged, and entries of lists with `append`, which records where they come from. They end
with `finish`: it cleans and cuts the values until they fit the schema, and reports each loss at its place in the document.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from integration_specs.contracts import Node, Resolver, child, detect_kind
from integration_specs.documents import SPEC
from integration_specs.documents.pointers import last_key, value_at, with_reference
from integration_specs.findings import LEVELS, Finding, Rule
from integration_specs.text.display import plural, printable
from integration_specs.validation.schema import Pointer
from integration_specs.validation.validator import FORMATS

from . import ASSUMED, KEPT, LEFT_OUT, MASKED, Import, ImportFault, ImportOptions, fault, note
from ._clean_text import clean, clean_json, markdown, shorten
from ._schema_examples import MADE_UP_KEY

# Below the limits of the loader, since sizes are estimates.
_MAX_NODES = SPEC.nodes * 9 // 10
_MAX_BYTES = SPEC.size * 8 // 10
_MAX_VALUES = SPEC.nodes // 10
"""More values of one example would leave no room for others."""
_SAME_KEY = "the spec already has an entry with the same key"


def open_document(path: Path, options: ImportOptions, kind: str, versions: tuple[str, ...] = ()) -> Resolver:
    """Return a resolver for a document of this kind. Raises `ImportFault` if it cannot be read or is of another kind or version."""
    resolver = Resolver.open(path, options.shown)
    if errors := [finding for finding in resolver.document.findings if finding.level == "error"]:
        # The loader's help for these rules is about specs.
        about_specs = ("yaml-empty", "yaml-root-list", "yaml-root-scalar")
        help = f"Name {_with_article(kind)} document."
        raise ImportFault(*(replace(each, help=help) if each.rule in about_specs else each for each in errors))
    found, version = detect_kind(resolver.root)
    if not versions or (found == kind and version.startswith(versions)):
        return resolver
    if found == kind:
        message, help = f"{kind} {printable(version, 20)} is not supported", f"Convert the document to {kind} 3."
    elif found:
        importer = "openapi" if found == "Swagger" else found.lower()
        message, help = f"this is {_with_article(found)} document", f"Run `integration-specs import {importer} FILE`."
    else:
        key = kind.lower()
        message, help = f"this is not an {kind} document: `{key}` is missing", f"Its first line is `{key}: 3.0.0`."
    raise fault(options, message, child(resolver.root, found.lower()).span, help)


def _with_article(kind: str) -> str:
    return f"{'an' if kind[0] in 'AO' else 'a'} {kind}"


class Draft:
    """An unfinished spec: `data` as the importer wrote it, and the report."""

    def __init__(self, options: ImportOptions, resolver: Resolver) -> None:
        self.options = options
        self.data: dict[str, Any] = {"status": "draft"}
        self.not_selected = 0
        """How many operations the command did not select."""
        self._resolver = resolver
        self._report: list[Finding] = []
        self._appended = 0
        self._origins: dict[Pointer, tuple[Node, str]] = {}

    def report(self, rule: Rule, node: Node, message: str, help: str = "") -> None:
        """Add an entry about a part of the document to the report."""
        if rule is MASKED:
            help = "Revoke it if it is real, and write in `secret_storage` where the new one is stored."
        finding = note(rule, self.options, printable(message, 190), node.span, help=help)
        self._report.append(replace(finding, file=node.document.path))

    def left_out(self, node: Node, what: str, why: str, help: str = "") -> None:
        """Report a part of the document that is not in the spec."""
        self.report(LEFT_OUT, node, f"{printable(what, 110)}: {why}", help)

    def describe(self, info: Node, text: str) -> None:
        """Add what the `info` object says: vendor, version, and `text`, the description."""
        get, data = self._resolver.get, self.data
        documented = [get(owner, "externalDocs").text("url") for owner in (info, self._resolver.root)]
        data["vendor"] = {
            "docs": next((address for address in documented if address.startswith(("https://", "http://"))), None),
            "support": get(info, "contact").text("email", "url") or None,
        }
        data["api_version"] = {"pinned": info.text("version") or None}
        if text:
            data["x-vendor-description"] = markdown(text)
            message = "the vendor's description is kept as `x-vendor-description`; write in `purpose` why we integrate"
            self.report(KEPT, child(info, "description"), message)

    def set_direction(self, format_: str, theirs: str, ours: str) -> None:
        """Set the direction of the data by the events and endpoints so far, and report whose application is assumed."""
        sides = self.data.get("events", {})
        if not sides:
            return
        inbound, outbound = bool(sides.get("received")), bool(sides.get("sent") or self.data.get("endpoints"))
        direction = "Bidirectional" if inbound and outbound else "Inbound" if inbound else "Outbound"
        self.data["overview"] = {"direction": direction}
        assumed, help = f"the vendor's: {theirs}", "Add `--ours` if it describes our own application."
        if self.options.ours:
            assumed, help = f"ours: {ours}", "Omit `--ours` if it describes the vendor's application."
        at = child(self._resolver.root, format_)
        self.report(ASSUMED, at, f"the document is assumed to be {assumed}", help)

    def append(self, item: dict[str, Any] | Callable[[], dict[str, Any]], node: Node, label: str, *path: str) -> None:
        """Append an entry to the list at `path`, with its origin and label.

        An entry that takes long to make may be a function: it is called by `finish`, if the list has room for the entry.
        """
        holder = self.data
        for step in path[:-1]:
            holder = holder.setdefault(step, {})
        entries = holder.setdefault(path[-1], [])
        self._origins[*path, len(entries)] = (node, label)
        entries.append(item)
        self._appended += path[0] in ("endpoints", "events")

    def finish(self, name: str) -> Import:
        """Return the spec, fitted to the schema, with the report: most severe first, then in the order of the document."""
        if not clean(self.data["system"]).strip():
            self.data["system"] = "Unnamed system"
        data = self._fit(self.data, self.options.schema.json, ())
        for bad in self._resolver.bad.values():
            self.report(LEFT_OUT, *bad)
        _truncate(data, lambda at, what: self._lost(at, "together this is more than a spec may hold", what=what))
        # The questions that no vendor's document answers; `finalize` adds owner and date.
        data["purpose"] = {"why": f"TODO: why do we integrate with {data['system']}?"}
        known = data.setdefault("authentication", {})
        known.setdefault("mechanism", "TODO: how do we authenticate? The document does not say.")
        known |= {"secret_storage": "TODO: where are the credentials stored?"}
        report = sorted(dict.fromkeys(self._report), key=lambda each: (LEVELS.index(each.level), each.sort_key))
        return Import(data, tuple(report), name, self._summary(data))

    def _summary(self, data: dict[str, Any]) -> str:
        imported = len(data.get("endpoints", ())) + sum(map(len, data.get("events", {}).values()))
        parts = [f"{imported:,} imported"]
        parts += [f"{self.not_selected:,} not selected"] if self.not_selected else []
        left_out = self._appended - imported
        parts += [f"{left_out:,} left out, see above"] if left_out else []
        return f"{plural(self._appended + self.not_selected, 'operation')} in the document: {', '.join(parts)}"

    def _lost(self, at: Pointer, why: str, otherwise: str = "", what: str = "") -> None:
        """Report a loss at the nearest known origin of the value at a pointer; without one, it is called `otherwise`."""
        known = next((at[:length] for length in range(len(at), -1, -1) if at[:length] in self._origins), None)
        node, label = self._origins[known] if known is not None else (self._resolver.root, "")
        help = "Import fewer operations, or add this by hand." if why.startswith("together") else ""
        help = "Add it by hand under a name of its own." if why == _SAME_KEY else help
        self.left_out(node, f"{label or otherwise or at[0]}{what}", why, help)

    # --- fit values to the schema: drop, cut or convert what it does not allow

    def _fit(self, value: Any, schema: Any, at: Pointer) -> Any:
        """Return the value as the schema allows it; None if it allows no part of it."""
        schema = with_reference(self.options.schema.json, schema) if isinstance(schema, dict) else {}
        match schema.get("type"), value:
            case "object", dict():
                return self._fit_object(value, schema, at)
            case "array", list():
                return self._fit_list(value, schema, at)
            case "string", _:
                return self._fit_text(value, schema, at)
            case ("integer" | "boolean") as kind, _:
                is_kind = type(value) is (int if kind == "integer" else bool)
                is_allowed = is_kind and schema.get("minimum", value) <= value <= schema.get("maximum", value)
                return value if is_allowed else None
        try:
            if _has_more_nodes(value, _MAX_VALUES):
                raise ValueError("too large")
            return clean_json(value)  # an example or `x-` note
        except ValueError as error:
            self._lost(at, f"its `{at[-1]}` is {error}")
            return None

    def _fit_object(self, value: dict[str, Any], schema: dict[str, Any], at: Pointer) -> Any:
        properties = schema.get("properties", {})
        fitted: dict[str, Any] = {}
        for name, each in value.items():
            result = None if each is None else self._fit(each, properties.get(name, {}), (*at, name))
            if result is not None and not (result == {} and name in properties and name != "example"):
                fitted[name] = result
        return None if any(name not in fitted for name in schema.get("required", ())) else fitted

    def _fit_list(self, values: list[Any], schema: dict[str, Any], at: Pointer) -> list[Any]:
        most = schema.get("maxItems", len(values))
        field = self.options.schema.at(at)
        fitted: list[Any] = []
        taken: set[str] = set()
        for index, value in enumerate(values):
            place = (*at, index)
            if (is_full := len(fitted) >= most) and place not in self._origins:
                self._lost(at, f"{len(values) - index:,} of {len(values):,} `{at[-1]}`: at most {most:,} fit")
                break
            made = value() if callable(value) and not is_full else value
            item = None if is_full else self._fit(made, schema.get("items", {}), place)
            identity = field.identity(item) if field and item is not None else ""
            if is_full:
                why = f"the spec's `{at[-1]}` holds at most {most:,}"
            elif item is None:
                why = "the spec has no field for such a value"
            elif identity and identity in taken:
                why = _SAME_KEY
            else:
                taken.add(identity)
                if place in self._origins:
                    self._origins[*at, len(fitted)] = self._origins[place]
                fitted.append(item)
                continue
            name = str(made.get("name") or made.get("on") or index) if isinstance(made, dict) else str(made)
            self._lost(place, why, name)
        return fitted

    def _fit_text(self, value: Any, schema: dict[str, Any], at: Pointer) -> str | None:
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            return None
        is_long = schema.get("x-format") == "markdown"
        text = markdown(str(value)).strip() if is_long else " ".join(clean(str(value)).split())
        if text.startswith("TODO"):
            text = f"Vendor: {text}"  # an open question of the vendor is not one of ours
        most = schema.get("maxLength", len(text))
        if len(text) > most:
            self._lost(at, f"the end of its {last_key(at)}: {len(text):,} characters, {most:,} fit")
            text = shorten(text, most)
        pattern = re.sub(r"\$(?=$|\|)", r"\\Z", schema.get("pattern", ""))
        is_format = FORMATS.get(schema.get("format", ""), lambda text: True)
        if text and not (re.search(pattern, text) and is_format(text) and text in schema.get("enum", [text])):
            self._lost(at, f"`{printable(text)}` is not allowed in `{at[-1]}`")
            return None
        return text or None


def _truncate(data: dict[str, Any], report: Callable[[Pointer, str], None]) -> None:
    """Remove examples, then notes that are lists, endpoints and events, last first, until the loader accepts the size.

    `report` is called with the pointer of the entry, and with what it lost, empty for all of it.
    """
    nodes, size = _size(data)
    lists: list[Pointer] = [(key,) for key, value in data.items() if key.startswith("x-") and isinstance(value, list)]
    lists += [("endpoints",)] if "endpoints" in data else []
    lists += [("events", side) for side in data.get("events", ())]
    places = [(at, index) for at in lists for index in reversed(range(len(value_at(data, at))))]
    for what in (", its examples", ""):
        for at, index in places:
            if nodes <= _MAX_NODES and size <= _MAX_BYTES:
                return
            entries = value_at(data, at)
            if removed := _take_examples(entries[index]) if what else entries.pop():
                its_nodes, its_size = _size(removed, 2 * len(at) + 2)
                nodes, size = nodes - its_nodes, size - its_size
                report((*at, index), what)


def _take_examples(entry: dict[str, Any]) -> list[Any]:
    bodies = [entry.get(part, {}) for part in ("request", "response", "payload")]
    return [body.pop(key) for body in bodies for key in ("example", MADE_UP_KEY) if key in body]


def _has_more_nodes(value: Any, most: int) -> bool:
    """Return whether a value has more nodes than `most`, without counting them all: one example may be that of many operations."""
    nodes, waiting = 0, [value]
    while waiting and nodes <= most:
        match waiting.pop():
            case dict() as mapping:
                nodes += len(mapping)
                waiting += mapping.values()
            case list() as items:
                waiting += items
        nodes += 1
    return nodes > most


def _size(value: Any, indent: int = 0) -> tuple[int, int]:
    """Return how many nodes and, at most, bytes a value takes in a YAML file."""
    match value:
        case str():
            odd = 0 if value.isprintable() else sum(9 for c in value if not c.isprintable() and c != "\n")
            text = len(value.encode("utf-8", "replace")) + value.count('"') + 6
            return 1, text + value.count("\n") * (indent + 2) + odd
        case dict():
            sizes = [_size(each, indent + 2) for each in value.values()]
            keys = sum(len(key.encode("utf-8", "replace")) + indent + 4 for key in value)
            return 1 + len(value) + sum(nodes for nodes, _ in sizes), keys + sum(size for _, size in sizes)
        case list():
            sizes = [_size(each, indent + 2) for each in value]
            return 1 + sum(nodes for nodes, _ in sizes), sum(size + indent + 3 for _, size in sizes)
    return 1, len(str(value)) + 2
