"""Landscape: systems, owners, local entities and the data that flows between them, as a graph and as a table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from integration_specs.model import Spec
from integration_specs.site import Page
from integration_specs.site.context import Context
from integration_specs.site.graph import Edge, Graph, Node, draw, merge_edges
from integration_specs.site.tables import Cells, Column, Row, Table, word_list
from integration_specs.text.names import number_aware, slug

ADDRESS = "landscape"
MOST = 40
"""Systems shown in one graph; more are grouped by owner, and each group has a graph that can be opened."""

_MOST_ENTITIES = 40
_DIRECTIONS = {"Inbound": "in", "Outbound": "out", "Bidirectional": "both"}


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `landscape`."""
    t, specs = context.translations, context.catalog.specs
    title, lead = t("Landscape"), t("Systems, owners, our entities, and the data that flows between them.")
    titles = {"o": t("Owners"), "s": t("Systems"), "e": t("Local entities")}
    many = len(specs) > MOST
    graph = _owner_graph(context) if many else _system_graph(context, specs)
    groups = []
    for key, owned in _owned(context) if many else ():
        name = context.owner_name(key)
        needed = {other for spec in owned for other in spec.data.get("depends_on", ())}
        others = (spec for spec in specs if spec.id in needed and spec.owner != key)
        group = _system_graph(context, [*owned, *others], owners=False)
        count = t.plural("{number} system", "{number} systems", len(owned))
        groups.append((name, _group_anchor(key), count, draw(group, name, titles, one_node=True)))
    picture = draw(graph, title, titles, one_node=many)
    table = _table(context, many)
    links = [(table.title, f"#{table.name}-title")]
    yield context.table_page(
        ADDRESS, title, lead, [table], "landscape.html", picture=picture, groups=groups, links=links
    )


def _group_anchor(key: str) -> str:
    return slug(f"owner {key}") if key else "no-owner"


def _entity_id(name: str) -> str:
    return f"e:{slug(name)}"


def _data_flows(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield each entity that a spec maps, with the direction of its data."""
    for row in spec.mapped_fields:
        yield row.entity, _DIRECTIONS[row.direction]


def _entity_nodes(context: Context, names: Iterable[str]) -> Iterator[Node]:
    for name in sorted(set(names), key=lambda name: (name.casefold(), name)):
        yield Node(_entity_id(name), name, context.link(ADDRESS, "across/fields", f"entity-{slug(name)}"))


def _owner_node(context: Context, key: str, note: str = "", link: str = "") -> Node:
    known = key in context.owner_names
    link = link or context.link(ADDRESS, f"owners/{key}" if known else "owners")
    return Node(f"o:{key}", context.owner_name(key), link, note, not known)


def _system_graph(context: Context, specs: Iterable[Spec], *, owners: bool = True) -> Graph:
    """Return the systems with the entities that they map, what they depend on, and their owners."""
    specs = sorted(specs, key=_by_title)
    keys = {spec.id for spec in specs}
    names: dict[str, str] = {}
    flows = []
    for spec in specs:
        for name, direction in _data_flows(spec):
            names.setdefault(_entity_id(name), name)
            flows.append((f"s:{spec.id}", _entity_id(name), direction))
    nodes = [
        *(_owner_node(context, key) for key in sorted({spec.owner for spec in specs}) if owners),
        *(Node(f"s:{spec.id}", spec.title, context.link(ADDRESS, spec.id)) for spec in specs),
        *_entity_nodes(context, names.values()),
    ]
    needed = ((spec.id, other) for spec in specs for other in spec.data.get("depends_on", ()) if other in keys)
    edges = [
        *(Edge(f"o:{spec.owner}", f"s:{spec.id}", "owns") for spec in specs if owners),
        *(Edge(f"s:{start}", f"s:{end}", "needs") for start, end in needed),
        *(Edge(each.start, each.end, each.kind) for each in merge_edges(flows)),
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
    for key, specs in _owned(context):
        note = t.plural("{number} system", "{number} systems", len(specs))
        nodes.append(_owner_node(context, key, note, f"#{_group_anchor(key)}"))
    nodes += _entity_nodes(context, (names[id_] for id_ in top))
    return Graph(tuple(nodes), merge_edges(flow for flow in flows if flow[1] in top))


def _by_title(spec: Spec) -> tuple[tuple[str | int, ...], str]:
    return number_aware(spec.title), spec.id


def _owned(context: Context) -> list[tuple[str, list[Spec]]]:
    """Return the specs of each owner, sorted by the name of the owner."""
    return sorted(context.specs_by_owner.items(), key=lambda each: number_aware(context.owner_name(each[0])))


def _table(context: Context, many: bool) -> Table[Row]:
    t, cells, by_id = context.translations, Cells(context, ADDRESS), context.catalog.by_id

    def entities(row: Row, *directions: str) -> list[str]:
        return list(dict.fromkeys(name for name, direction in _data_flows(row.spec) if direction in directions))

    def needs(row: Row) -> str:
        return cells.specs((by_id[key], "") for key in row.data.get("depends_on", ()) if key in by_id)

    def flows(row: Row) -> str:
        return ", ".join(flow["name"] for flow in row.spec.section("overview").get("flows", ()))

    columns: tuple[Column[Row], ...] = (
        Column("system", t("System"), lambda row: cells.spec(row.spec)),
        cells.owner_filter() if many else cells.owner_column(),
        Column("direction", t("Direction"), lambda row: cells.direction(row.spec.direction)),
        Column("writes", t("Writes"), lambda row: word_list(entities(row, "in", "both"))),
        Column("reads", t("Reads"), lambda row: word_list(entities(row, "out", "both"))),
        Column("needs", t("Depends on"), needs),
        Column("flows", t("Flows"), flows),
        Column("entity", t("Local entity"), None, lambda row: entities(row, "in", "out", "both")),
    )
    rows = [Row(spec, spec.data) for spec in sorted(context.catalog.specs, key=_by_title)]
    if many:
        rows.sort(key=lambda row: number_aware(cells.owner_name(row.spec)))
    return Table("systems", t("As a list"), rows, columns, t("No systems yet"), group=columns[1] if many else None)
