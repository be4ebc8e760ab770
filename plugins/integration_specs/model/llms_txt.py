"""`llms.txt`: what there is, in a form that language models are given."""

import re
from collections.abc import Callable, Iterable

from integration_specs.validation.schema import SpecSchema

from . import Catalog, Spec

_STATES = (("active", "Integrations"), ("draft", "Drafts"), ("deprecated", "Deprecated"), ("retired", "Retired"))


def llms_text(catalog: Catalog, schema: SpecSchema, specs: Iterable[Spec], address: Callable[[Spec], str]) -> str:
    """A title, a summary, and a link with a sentence for each spec, by its status; `address` says where its page is."""
    specs = list(specs)
    lines = [
        "# Integrations",
        "",
        "> What we know of the outside systems that we integrate with: one page a system.",
        "",
    ]
    lines += ["Each page has the same ten sections:", ""]
    lines += [f"{number}. {section.title}" for number, section in enumerate(schema.sections, 1)]
    for status, heading in _STATES:
        found = [spec for spec in specs if spec.status == status]
        if found:
            lines += ["", f"## {heading}", "", *(_line(catalog, spec, address(spec)) for spec in found)]
    return "\n".join(lines) + "\n"


def _line(catalog: Catalog, spec: Spec, address: str) -> str:
    owner = catalog.owner_by_key.get(spec.owner)
    facts = [spec.type, spec.direction, f"owner {_plain(owner.name)}" if owner else "no owner"]
    return f"- [{_plain(spec.title)}]({address}): {', '.join(filter(None, facts))}. {_plain(spec.gist)}".rstrip()


def _plain(text: str) -> str:
    """A text on one line, with nothing in it that would be a link or a tag."""
    return re.sub(r"([\\\[\]<>`])", r"\\\1", " ".join(text.split()))
