"""Landscape: systems, owners, local entities and the data that flows between them, as a graph and as a table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from integration_specs.model import Spec
from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.graph import Edge, Graph, Node, draw, merge_edges
from integration_specs.site.tables import Cells, Column, Filter, Table, word_list
from integration_specs.text.names import slug

MOST = 40
"""Systems shown in one graph; more are grouped by owner, and each owner has a graph of its own."""

_MOST_ENTITIES = 40
_DIRECTIONS = {"Inbound": "in", "Outbound": "out", "Bidirectional": "both"}


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `landscape`, and `landscape/<owner>` for each owner if there are many systems."""
    t, specs = context.translations, context.catalog.specs
    lead = t("Systems, owners, our entities, and the data that flows between them.")
    title, many = t("Landscape"), len(specs) > MOST
    graph = _owner_graph(context) if many else _system_graph(context, "landscape", specs)
    content = _render(context, "landscape", title, lead, graph, specs, many=many)
    yield context.page("landscape", title, lead, content, search=(SearchEntry("", title, lead),))
    if many:
        for key, owned in sorted(context.specs_by_owner.items()):
            address = _owner_address(key)
            title = t("Landscape of {owner}", owner=context.owner_names.get(key, key) or t("No owner"))
            dependencies = {other for spec in owned for other in spec.data.get("depends_on", ())}
            shown = [*owned, *(spec for spec in specs if spec.id in dependencies and spec.owner != key)]
            graph = _system_graph(context, address, shown)
            yield context.page(address, title, lead, _render(context, address, title, lead, graph, owned, many=False))


def _owner_address(key: str) -> str:
    return f"landscape/{slug(key)}" if key else "landscape/no-owner"


def _render(
    context: Context, address: str, title: str, lead: str, graph: Graph, specs: Iterable[Spec], *, many: bool
) -> str:
    t = context.translations
    titles = {"o": t("Owners"), "s": t("Systems"), "e": t("Local entities")}
    return context.render(
        "landscape.html",
        title=title,
        lead=lead,
        many=many,
        picture=draw(graph, title, titles),
        whole=None if address == "landscape" else context.link(address, "landscape"),
        table=_table(context, address, specs),
    )


def _entity_id(name: str) -> str:
    return f"e:{slug(name)}"


def _data_flows(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield each entity that a spec maps, with the direction of its data."""
    for row in spec.mapped_fields:
        yield row.entity, _DIRECTIONS[row.direction]


def _entity_nodes(context: Context, address: str, names: Iterable[str]) -> Iterator[Node]:
    for name in sorted(set(names), key=lambda name: (name.casefold(), name)):
        yield Node(_entity_id(name), name, context.link(address, "across/fields", f"entity-{slug(name)}"))


def _owner_node(context: Context, address: str, key: str, note: str = "", target: str = "") -> Node:
    known = key in context.owner_names
    name = context.owner_names.get(key, key) or context.translations("No owner")
    target = target or (f"owners/{key}" if known else "owners")
    return Node(f"o:{key}", name, context.link(address, target), note, not known)


def _sorted(specs: Iterable[Spec]) -> list[Spec]:
    return sorted(specs, key=lambda spec: (spec.title.casefold(), spec.id))


def _system_graph(context: Context, address: str, specs: Iterable[Spec]) -> Graph:
    specs = _sorted(specs)
    keys = {spec.id for spec in specs}
    names: dict[str, str] = {}
    flows = []
    for spec in specs:
        for name, direction in _data_flows(spec):
            names.setdefault(_entity_id(name), name)
            flows.append((f"s:{spec.id}", _entity_id(name), direction))
    nodes = [
        *(_owner_node(context, address, key) for key in sorted({spec.owner for spec in specs})),
        *(Node(f"s:{spec.id}", spec.title, context.link(address, spec.id)) for spec in specs),
        *_entity_nodes(context, address, names.values()),
    ]
    order = {f"s:{spec.id}": f"{number:05}" for number, spec in enumerate(specs)}
    needed = ((spec.id, other) for spec in specs for other in spec.data.get("depends_on", ()) if other in keys)
    edges = [
        *(Edge(f"o:{spec.owner}", f"s:{spec.id}", "owns") for spec in specs),
        *(Edge(f"s:{start}", f"s:{end}", "needs") for start, end in needed),
        *(Edge(each.start, each.end, each.kind) for each in merge_edges(flows, lambda id_: order.get(id_, id_))),
    ]
    return Graph(tuple(nodes), tuple(edges))


def _owner_graph(context: Context) -> Graph:
    """Return the owners with the number of their systems, and the entities that most systems share."""
    t = context.translations
    systems: dict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    flows = []
    for spec in context.catalog.specs:
        for name, direction in dict.fromkeys(_data_flows(spec)):
            names.setdefault(_entity_id(name), name)
            systems[_entity_id(name)].add(spec.id)
            flows.append((f"o:{spec.owner}", _entity_id(name), direction))
    top = set(sorted(systems, key=lambda id_: (-len(systems[id_]), id_))[:_MOST_ENTITIES])
    nodes = []
    for key, specs in sorted(context.specs_by_owner.items()):
        note = t.plural("{number} system", "{number} systems", len(specs))
        nodes.append(_owner_node(context, "landscape", key, note, _owner_address(key)))
    nodes += _entity_nodes(context, "landscape", (names[id_] for id_ in top))
    return Graph(tuple(nodes), merge_edges((flow for flow in flows if flow[1] in top), str))


def _table(context: Context, address: str, specs: Iterable[Spec]) -> Table[Spec]:
    t, cells, by_id = context.translations, Cells(context, address), context.catalog.by_id

    def entities(spec: Spec, *directions: str) -> list[str]:
        return list(dict.fromkeys(name for name, direction in _data_flows(spec) if direction in directions))

    columns: tuple[Column[Spec], ...] = (
        Column("system", t("System"), cells.spec),
        cells.owner_column(lambda spec: spec),
        Column("direction", t("Direction"), lambda spec: cells.direction(spec.direction)),
        Column("writes", t("Writes"), lambda spec: word_list(entities(spec, "in", "both"))),
        Column("reads", t("Reads"), lambda spec: word_list(entities(spec, "out", "both"))),
        Column(
            "needs",
            t("Depends on"),
            lambda spec: cells.specs((by_id[key], "") for key in spec.data.get("depends_on", ()) if key in by_id),
        ),
        Column(
            "flows",
            t("Flows"),
            lambda spec: ", ".join(flow["name"] for flow in spec.section("overview").get("flows", ())),
        ),
    )
    entity: Filter[Spec] = Filter("entity", t("Local entity"), lambda spec: entities(spec, "in", "out", "both"))
    return Table("systems", t("As a list"), _sorted(specs), columns, (entity,), t("No systems yet"))
