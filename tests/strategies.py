"""Specs made from the schema, for properties that must hold of every spec, not of the ones we thought of."""

import json
from typing import Any

from hypothesis import strategies as st

from integration_specs.validation.schema import schema_folder

SCHEMA: dict[str, Any] = json.loads((schema_folder() / "integration-spec.schema.json").read_bytes())

_WORDS = st.sampled_from(
    [
        *(
            "- ",
            "* ",
            "1. ",
            "# ",
            "## 2. Overview",
            "> ",
            "```",
            "```json",
            "~~~",
            "---",
            "`",
            "**",
            "|",
            "<b>",
            "\\<",
            "\\",
            "::",
        ),
        *(
            " – ",
            " - ",
            " — ",
            ": ",
            "Notes: ",
            "- Request:",
            "- **Owner:**",
            "None",
            "N/A",
            "TBD",
            "{{Event 2}}",
            "{{1}}",
            "TODO: ",
        ),
        *(
            "order",
            "paid",
            "GET /x",
            "ação",
            "42",
            "yes",
            "null",
            "(if any)",
            ", ",
            "; ",
            "↔",
            "x-y: ",
            "    ",
            "More:",
            "?",
            "é",
        ),
    ]
)
_LETTERS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=8)
_PIECES = st.lists(st.one_of(_WORDS, _LETTERS, st.just(" ")), min_size=1, max_size=6).map("".join)
LINES = _PIECES.map(lambda text: "".join(c for c in text if c.isprintable()) or "x")
"""Text of one line, with marks that mean something in Markdown and YAML."""
TEXTS = st.one_of(
    LINES,
    st.lists(st.one_of(LINES, st.just("")), min_size=1, max_size=5).map("\n".join).filter(bool),
    st.lists(st.one_of(LINES, st.just("")), min_size=1, max_size=5).map(lambda lines: "\n".join(lines) + "\n"),
)
"""Text of one or more lines."""
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53), 2**53),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
        st.just(""),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(LINES, inner, max_size=3)),
    max_leaves=6,
)
"""Any JSON value."""

_NOTES = st.dictionaries(
    st.one_of(st.sampled_from(["x-team", "x-a.b"]), LINES.map(lambda text: f"x-{text}")), JSON, max_size=1
)
_BY_FORMAT = {
    "url": st.sampled_from(["https://example.com/a_b?c=d", "http://localhost:8080/", "TODO: which?"]),
    "date": st.sampled_from(["2026-11-22", "TODO(2027-01-01, x): when?"]),
    "duration": st.sampled_from(["90s", "1d", "TODO: how long?"]),
    "owner": st.sampled_from(["payments", "people", "TODO: who?"]),
    "spec": st.sampled_from(["pagar-me", "x1"]),
    "attachment": st.sampled_from(["contract.yaml", "a/b.csv"]),
    "line": LINES,
    "code": LINES,
    "markdown": TEXTS,
}
_BY_PATTERN = {
    "^[A-Z][A-Z0-9_-]{0,39}$": st.sampled_from(["GET", "POST", "PUT", "RETR", "X-9_A"]),
    "^[a-z0-9][a-z0-9-]{0,79}$": st.sampled_from(["send", "a-1", "x"]),
    "^[^\\n\\r,]{1,60}$": LINES.map(lambda text: text.replace(",", "")[:60] or "x"),
}


def values(node: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a part of the schema allows."""
    if reference := node.get("$ref"):
        target: Any = SCHEMA
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if "const" in node:
        return st.just(node["const"])
    match node.get("type"):
        case "string":
            known = _BY_PATTERN.get(node.get("pattern", ""))
            return _BY_FORMAT[node["x-format"]] if known is None else known
        case "integer":
            return st.integers(node.get("minimum", 0), node.get("maximum", 1000))
        case "boolean":
            return st.booleans()
        case "array":
            return st.lists(values(node["items"]), max_size=3)
        case "object":
            return objects(node)
    return JSON


def objects(node: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with what they need, and some of the rest, and sometimes a note."""
    properties = {name: values(each) for name, each in node["properties"].items()}
    needed = {name: properties.pop(name) for name in node.get("required", ())}
    return st.builds(
        lambda value, notes: {**value, **notes},
        st.fixed_dictionaries(needed, optional=properties),
        st.one_of(st.just({}), st.just({}), st.just({}), _NOTES),
    )


SPECS = objects(SCHEMA)
"""Drafts with anything in them that the schema allows; ids and names may be there twice."""
