"""A graph of owners, systems and local entities, laid out in three columns and drawn as SVG.

The layout is deterministic: ties are broken by name. Colours come from CSS classes.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from integration_specs.text.names import number_aware

_WIDTHS = {"o": 205, "s": 250, "e": 180}
_LEFT = {"o": 4, "s": 325, "e": 716}
WIDTH = 900
_ROW, _BOX = 36, 26
_MOST_CHARACTERS = {"o": 28, "s": 34, "e": 24}


@dataclass(frozen=True, slots=True)
class Node:
    """A box. `id` is `o:`, `s:` or `e:` and a key; `href` is its link; `missing` marks an owner that is not defined."""

    id: str
    name: str
    href: str
    note: str = ""
    missing: bool = False

    @property
    def kind(self) -> str:
        """Return its column: `o` (owners), `s` (systems) or `e` (entities)."""
        return self.id[0]


@dataclass(frozen=True, slots=True)
class Edge:
    """A line. `kind` is `owns`, `needs` (start depends on end), or the direction of data to an entity: `in`, `out`, `both`."""

    start: str
    end: str
    kind: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in the order of the legend, and the edges between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def draw(graph: Graph, label: str, titles: dict[str, str], *, one_node: bool = False) -> Markup:
    """Return the graph as SVG, empty without nodes; `titles` are the headings of the columns.

    With `one_node`, edges are drawn only for the node that a reader selects, if scripts run.
    """
    if not graph.nodes:
        return Markup("")
    places = _layout(graph)
    height = max(places.values()) + _BOX
    css_class = "ispec-graph ispec-graph--quiet" if one_node else "ispec-graph"
    parts = [f'<svg class="{css_class}" viewBox="0 0 {WIDTH} {height}" role="group" aria-label="{escape(label)}">']
    shown = {node.kind for node in graph.nodes}
    parts += [
        f'<text class="h" x="{_LEFT[kind]}" y="14">{escape(titles[kind])}</text>' for kind in "ose" if kind in shown
    ]
    parts += [_edge(edge, places) for edge in graph.edges]
    parts += [_node(node, places[node.id], titles[node.kind]) for node in graph.nodes]
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 (escaped)


def _layout(graph: Graph) -> dict[str, int]:
    """Return the vertical centre of each box: the longest column is spaced evenly, the others are level with neighbours."""
    neighbours: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        if edge.kind != "needs":
            neighbours[edge.start].append(edge.end)
            neighbours[edge.end].append(edge.start)
    columns = {kind: [node.id for node in graph.nodes if node.kind == kind] for kind in "ose"}
    longest = max(columns, key=lambda kind: len(columns[kind]))
    places = {id_: float(place) for column in columns.values() for place, id_ in enumerate(column)}

    def target(id_: str) -> float:
        positions = [places[other] for other in neighbours[id_]]
        return sum(positions) / len(positions) if positions else places[id_]

    for kind in [*"oseoseose", *(kind for kind in "soe" if kind != longest)]:
        columns[kind].sort(key=lambda id_: (target(id_), number_aware(id_)))
        last = -1.0
        for place, id_ in enumerate(columns[kind]):
            last = places[id_] = place if kind == longest else max(last + 1.0, target(id_))
    return {id_: round(place * _ROW) + 24 + _BOX // 2 + 4 for id_, place in places.items()}


def _node(node: Node, y: int, group: str) -> str:
    kind = node.kind
    left, width = _LEFT[kind], _WIDTHS[kind]
    most = _MOST_CHARACTERS[kind] - len(node.note)
    name = node.name if len(node.name) <= most else node.name[: most - 1] + "…"
    note = (
        f'<text class="k" x="{left + width - 8}" y="{y + 4}" text-anchor="end">{escape(node.note)}</text>'
        if node.note
        else ""
    )
    label = escape(f"{node.name} {node.note}".strip())
    # Not `href`: instant navigation assigns to that property of every element, and an SVG link throws.
    return (
        f'<a class="{kind}{" missing" if node.missing else ""}" role="link" xlink:href="{escape(node.href)}" aria-label="{label}" data-n="{escape(node.id)}"'
        f' data-g="{escape(group)}" data-t="{escape(node.name)}"><title>{label}</title>'
        f'<rect x="{left}" y="{y - _BOX // 2}" width="{width}" height="{_BOX}" rx="{4 if kind == "s" else 13}"/>'
        f'<text x="{left + 10}" y="{y + 4}">{escape(name)}</text>{note}</a>'
    )


def _edge(edge: Edge, places: dict[str, int]) -> str:
    y1, y2 = places[edge.start], places[edge.end]
    data = f'data-e="{escape(edge.start)} {escape(edge.end)}"'
    if edge.kind == "needs":
        x = _LEFT["s"]
        bend = x - min(24 + abs(y2 - y1) // 6, 110)
        return f'<path class="needs" {data} d="M{x} {y1 + 6}C{bend} {y1} {bend} {y2} {x} {y2 - 6}m-7 -3l7 3l-6 5"/>'
    x1 = _LEFT[edge.start[0]] + _WIDTHS[edge.start[0]]
    x2 = _LEFT[edge.end[0]]
    heads = ""
    if edge.kind in ("in", "both"):
        heads += f"M{x2 - 7} {y2 - 4}L{x2} {y2}L{x2 - 7} {y2 + 4}"
    if edge.kind in ("out", "both"):
        heads += f"M{x1 + 7} {y1 - 4}L{x1} {y1}L{x1 + 7} {y1 + 4}"
    middle = (x1 + x2) // 2
    weight = " many" if edge.weight > 2 else ""
    return f'<path class="{edge.kind}{weight}" {data} d="M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}{heads}"/>'


def merge_edges(edges: Iterable[tuple[str, str, str]]) -> tuple[Edge, ...]:
    """Return one edge for each pair of nodes: `in` and `out` together are `both`, and weights add up."""
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for start, end, kind in edges:
        kinds[start, end].append(kind)
    return tuple(
        Edge(start, end, "both" if len(set(found)) > 1 else found[0], len(found))
        for (start, end), found in sorted(kinds.items())
    )
