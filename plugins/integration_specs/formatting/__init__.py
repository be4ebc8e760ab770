"""Canonical YAML: keys in the order of the schema, one style, all comments kept.

The result is read back and must have the same values as the source. The style: two spaces, lists indented below their key, plain
scalars where possible, literal blocks for text of several lines, an empty line before each section and each entry of its list.

May import `validation` and the layers below.
"""

from collections.abc import Iterable
from typing import Any

from integration_specs.documents import RawDocument, load_raw_text
from integration_specs.validation.schema import SpecSchema

from .comments import EDITOR_LINE
from .writer import YamlWriter

__all__ = ["EDITOR_LINE", "FormatError", "format_document", "to_yaml"]


class FormatError(Exception):
    """The formatted text would have other values: a bug of ours, so nothing is written."""


def format_document(document: RawDocument, schema: SpecSchema) -> str:
    """Return the canonical text of a document whose `data` is not None. Raises `FormatError`."""
    text = YamlWriter(document, schema).text()
    if load_raw_text(text, document.path).data != document.data:
        raise FormatError(f"{document.path}: formatting would change a value; please report this")
    return text


def to_yaml(data: dict[str, Any], schema: SpecSchema, head: Iterable[str] = ()) -> str:
    """Return canonical YAML for values that were not read from YAML; `head` are comment lines for the top."""
    return "".join(f"{line}\n" for line in head) + YamlWriter(RawDocument("", "", data, ()), schema).text()
