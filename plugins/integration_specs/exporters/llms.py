"""`llms.txt`: what there is, in a form that language models are given."""

import re

from ..model import Spec
from . import ExportJob

_STATES = (("active", "Integrations"), ("draft", "Drafts"), ("deprecated", "Deprecated"), ("retired", "Retired"))


def export(job: ExportJob) -> dict[str, str]:
    """A title, a summary, and a link with a sentence for each spec, by its status."""
    lines = [
        "# Integrations",
        "",
        "> What we know of the outside systems that we integrate with: one page a system.",
        "",
    ]
    lines += ["Each page has the same ten sections:", ""]
    lines += [f"{number}. {section.title}" for number, section in enumerate(job.schema.sections, 1)]
    for status, heading in _STATES:
        specs = [spec for spec in job.specs if spec.status == status]
        if specs:
            lines += ["", f"## {heading}", "", *(_line(job, spec) for spec in specs)]
    return {"llms.txt": "\n".join(lines) + "\n"}


def _line(job: ExportJob, spec: Spec) -> str:
    owner = job.catalog.owner_by_key.get(spec.owner)
    facts = [spec.type, spec.direction, f"owner {_plain(owner.name)}" if owner else "no owner"]
    purpose = _plain(str(spec.section("purpose").get("why", "")))
    first = re.split(r"(?<=[.!?]) ", purpose, maxsplit=1)[0]
    return f"- [{_plain(spec.title)}]({spec.id}/): {', '.join(filter(None, facts))}. {first}".rstrip()


def _plain(text: str) -> str:
    """A text on one line, with nothing in it that would be a link or a tag."""
    return re.sub(r"([\\\[\]<>`])", r"\\\1", " ".join(text.split()))
