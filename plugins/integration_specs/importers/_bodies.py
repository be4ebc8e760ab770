"""Bodies of requests, responses and messages: the content type and example that a spec shows."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from integration_specs.contracts import MediaType, Resolver, json_value
from integration_specs.text.display import plural

from . import LEFT_OUT, MADE_UP
from ._clean_text import join_names
from ._draft import Draft
from ._schema_examples import MADE_UP_KEY, SchemaExamples, Side

_JSON_TYPES = ("application/json", "text/json", "*/*", "application/*")
BYTES = "(the bytes of a file)"


class BodyReader:
    """Chooses one content type and one example of each body, and reports the others."""

    def __init__(self, draft: Draft, resolver: Resolver) -> None:
        self._draft = draft
        why = "an example: none that is valid can be generated from this schema"
        self._examples = SchemaExamples(resolver, lambda schema: draft.report(LEFT_OUT, schema, why))

    def read(self, bodies: Sequence[MediaType], label: str, side: Side, part: str = "") -> dict[str, Any]:
        """Return content type and example; `MADE_UP_KEY` marks a generated one. `part` is `request` or `response` of an operation."""
        if not bodies:
            return {}
        media = min(bodies, key=lambda each: _rank(each.content_type))
        where = f"{label}, {part}" if part else label
        if others := [each for each in bodies if each is not media]:
            what = f"{where} as {join_names([each.content_type for each in others], 4)}"
            self._draft.left_out(others[0].node, what, f"the spec has one content type, `{media.content_type}`")
        content_type = "application/json" if media.content_type in _JSON_TYPES else media.content_type
        found: dict[str, Any] = {"content_type": content_type or None}
        value, is_documented = self._example(media, where, side)
        value = as_body(value, content_type or "application/json")
        is_text = "xml" in content_type or content_type.startswith("text/")
        if value is None or (is_text and not is_documented and not isinstance(value, str)):
            return found
        found["example"] = value
        if not is_documented:
            found[MADE_UP_KEY] = True
            named = f"{part} example" if part else "example"
            self._draft.report(MADE_UP, media.node, f"{label}: the {named} was generated from the schema")
        return found

    def _example(self, media: MediaType, where: str, side: Side) -> tuple[Any, bool]:
        """Return the example of a body, and whether the document contains it."""
        given = [(name, node) for name, node in media.examples if node]
        if not given:
            for _, node in media.examples[:1]:
                why = "its value is not in the document, and nothing is fetched"
                self._draft.left_out(node, f"{where}: its example", why)
            return self._examples.of(media.schema, side)
        if len(given) > 1:
            names = ", ".join(name for name, _ in given[1:6] if not name.isdecimal())
            what = f"{where}: {plural(len(given) - 1, 'more example')}" + (f" ({names})" if names else "")
            self._draft.left_out(given[1][1], what, "the spec has one example")
        return given[0][1].value, True


def _rank(content_type: str) -> int:
    """Return the place of a content type in the order of usefulness: JSON, then forms, then text, then any other."""
    plain = _plain(content_type)
    if _is_json(plain):
        return _JSON_TYPES.index(plain) if plain in _JSON_TYPES else len(_JSON_TYPES)
    return 10 if "form" in plain else 11 if "xml" in plain or plain.startswith("text/") else 12


def _is_json(plain: str) -> bool:
    return plain in _JSON_TYPES or plain.endswith("+json")


def as_body(value: Any, content_type: str) -> Any:
    """Return an example as the spec writes it: a form as text, JSON given as a text as its value, anything else unchanged."""
    plain = _plain(content_type)
    if plain == "application/x-www-form-urlencoded" and isinstance(value, dict):
        pairs = [
            (key, each if isinstance(each, str) else json.dumps(each, ensure_ascii=False))
            for key, each in value.items()
        ]
        return urlencode(pairs, safe="+:/@*{}", encoding="utf-8", errors="replace")
    return json_value(value) if _is_json(plain) else value


def _plain(content_type: str) -> str:
    return content_type.split(";", maxsplit=1)[0].strip().lower()
