"""The landscape: systems, owners, local entities and what moves between them, as one picture and as a list."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from integration_specs.model import Spec
from integration_specs.text.names import slug
from integration_specs.site import Page, SearchEntry
from integration_specs.site.graph import Edge, Graph, Node, merged, picture
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Row, Table, cell, words_cell

MOST = 40
"""Systems that one picture shows one by one; more are grouped by owner, each owner with a picture of its own."""

_MOST_ENTITIES = 40
_WAYS = {"Inbound": "in", "Outbound": "out", "Bidirectional": "both"}


def pages(context: Context) -> Iterator[Page]:
    """The page at `landscape`; where systems are many, `landscape/<owner>` for each owner that has some."""
    t = context.words
    specs = context.catalog.specs
    lead = t("Systems, owners, our entities and what moves between them.")
    title, many = t("Landscape"), len(specs) > MOST
    graph = _by_owner(context) if many else _each(context, "landscape", specs)
    content = _fill(context, "landscape", title, lead, graph, specs, many=many)
    yield context.page("landscape", title, lead, content, search=(SearchEntry("", title, lead),), nav=3)
    if many:
        for key, owned in sorted(context.specs_by_owner.items()):
            address = _owner_address(key)
            name = context.owner_names.get(key, key) or t("No owner")
            title = t("Landscape of {owner}", owner=name)
            near = {other for spec in owned for other in spec.data.get("depends_on", ())}
            shown = [*owned, *(spec for spec in specs if spec.id in near and spec.owner != key)]
            content = _fill(context, address, title, lead, _each(context, address, shown), owned, many=False)
            yield context.page(address, title, lead, content)


def _owner_address(key: str) -> str:
    return f"landscape/{slug(key)}" if key else "landscape/no-owner"


def _fill(
    context: Context, address: str, title: str, lead: str, graph: Graph, specs: Iterable[Spec], *, many: bool
) -> str:
    t = context.words
    titles = {"o": t("Owners"), "s": t("Systems"), "e": t("Local entities")}
    return context.fill(
        "landscape.html",
        title=title,
        lead=lead,
        many=many,
        picture=picture(graph, title, t, titles),
        whole=None if address == "landscape" else context.link(address, "landscape"),
        table=_list(context, address, specs),
    )


def _entity(name: str) -> str:
    return f"e:{slug(name)}"


def _moves(spec: Spec) -> Iterator[tuple[str, str]]:
    """Each entity that a spec maps, with the ways in which its data goes."""
    for row in spec.mapped_fields:
        yield row.entity, _WAYS[row.direction]


def _entity_nodes(context: Context, address: str, names: Iterable[str]) -> Iterator[Node]:
    for name in sorted(set(names), key=lambda name: (name.casefold(), name)):
        yield Node(_entity(name), name, context.link(address, "across/fields", f"entity-{slug(name)}"))


def _owner_node(context: Context, address: str, key: str, note: str = "", target: str = "") -> Node:
    t = context.words
    known = key in context.owner_names
    target = target or (f"owners/{key}" if known else "owners")
    name = context.owner_names.get(key, key) or t("No owner")
    return Node(f"o:{key}", name, context.link(address, target), note, not known)


def _each(context: Context, address: str, specs: Iterable[Spec]) -> Graph:
    """Every system as a node."""
    specs = sorted(specs, key=lambda spec: (spec.title.casefold(), spec.id))
    keys = {spec.id for spec in specs}
    names: dict[str, str] = {}
    moves = []
    for spec in specs:
        for name, way in _moves(spec):
            names.setdefault(_entity(name), name)
            moves.append((f"s:{spec.id}", _entity(name), way))
    owners = sorted({spec.owner for spec in specs})
    nodes = [
        *(_owner_node(context, address, key) for key in owners),
        *(Node(f"s:{spec.id}", spec.title, context.link(address, spec.id)) for spec in specs),
        *_entity_nodes(context, address, names.values()),
    ]
    place = {f"s:{spec.id}": f"{number:05}" for number, spec in enumerate(specs)}
    edges = [
        *(Edge(f"o:{spec.owner}", f"s:{spec.id}", "owns") for spec in specs),
        *(
            Edge(f"s:{spec.id}", f"s:{other}", "needs")
            for spec in specs
            for other in spec.data.get("depends_on", ())
            if other in keys
        ),
        *(Edge(each.start, each.end, each.kind) for each in merged(moves, lambda id_: place.get(id_, id_))),
    ]
    return Graph(tuple(nodes), tuple(edges))


def _by_owner(context: Context) -> Graph:
    """Owners with the number of their systems, and the entities that most systems touch."""
    t = context.words
    touched: dict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    moves = []
    for spec in context.catalog.specs:
        for name, way in dict.fromkeys(_moves(spec)):
            names.setdefault(_entity(name), name)
            touched[_entity(name)].add(spec.id)
            moves.append((f"o:{spec.owner}", _entity(name), way))
    top = set(sorted(touched, key=lambda id_: (-len(touched[id_]), id_))[:_MOST_ENTITIES])
    nodes = []
    for key, specs in sorted(context.specs_by_owner.items()):
        note = t("1 system") if len(specs) == 1 else t("{number} systems", number=len(specs))
        nodes.append(_owner_node(context, "landscape", key, note, _owner_address(key)))
    nodes += _entity_nodes(context, "landscape", (names[id_] for id_ in top))
    edges = merged((move for move in moves if move[1] in top), str)
    return Graph(tuple(nodes), edges)


def _list(context: Context, address: str, specs: Iterable[Spec]) -> Table:
    """The same in words: one row a system."""
    t, cells, rows = context.words, Cells(context, address), []
    for spec in sorted(specs, key=lambda spec: (spec.title.casefold(), spec.id)):
        moves = list(_moves(spec))
        written, read = (
            list(dict.fromkeys(name for name, way in moves if way in ways))
            for ways in (("in", "both"), ("out", "both"))
        )
        needed = [context.catalog.by_id[key] for key in spec.data.get("depends_on", ()) if key in context.catalog.by_id]
        rows.append(
            Row(
                (
                    cells.spec(spec),
                    cells.owner(spec),
                    cells.direction(spec.direction),
                    words_cell(written),
                    words_cell(read),
                    cells.specs((each, "") for each in needed),
                    cell(", ".join(flow["name"] for flow in spec.section("overview").get("flows", ()))),
                ),
                ((cells.owner_name(spec),), tuple(dict.fromkeys(name for name, _ in moves))),
            )
        )
    columns = (
        t("System"), t("Owner"), t("Direction"), t("Writes"), t("Reads"), t("Depends on"), t("Flows"),
    )  # fmt: skip
    facets = (("owner", t("Owner")), ("entity", t("Local entity")))
    return Table("systems", t("The same as a list"), columns, tuple(rows), facets, t("Nothing to draw yet"))
