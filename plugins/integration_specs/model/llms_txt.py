"""`llms.txt`: an index of the specs for language models (https://llmstxt.org)."""

import re
from collections.abc import Callable, Iterable

from integration_specs.validation.schema import SpecSchema

from .catalog import Catalog
from .spec import Spec

_STATES = (("active", "Integrations"), ("draft", "Drafts"), ("deprecated", "Deprecated"), ("retired", "Retired"))


def llms_text(catalog: Catalog, schema: SpecSchema, specs: Iterable[Spec], address: Callable[[Spec], str]) -> str:
    """Return the file: a link and a sentence for each spec, by status. `address` returns the address of its page."""
    specs = list(specs)
    lines = ["# Integrations", "", "> The external systems that we integrate with: one page for each.", ""]
    lines += ["Each page has the same sections:", ""]
    lines += [f"{number}. {section.title}" for number, section in enumerate(schema.sections, 1)]
    for status, heading in _STATES:
        found = [spec for spec in specs if spec.status == status]
        if found:
            lines += ["", f"## {heading}", "", *(_line(catalog, spec, address(spec)) for spec in found)]
    return "\n".join(lines) + "\n"


def _line(catalog: Catalog, spec: Spec, address: str) -> str:
    owner = catalog.owner_by_key.get(spec.owner)
    facts = [spec.type, spec.direction, f"owner {_escape(owner.name)}" if owner else "no owner"]
    return f"- [{_escape(spec.title)}]({address}): {', '.join(filter(None, facts))}. {_escape(spec.summary)}".rstrip()


def _escape(text: str) -> str:
    """Return a text on one line, with the characters of links and tags escaped."""
    return re.sub(r"([\\\[\]<>`])", r"\\\1", " ".join(text.split()))
