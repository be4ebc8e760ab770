"""Report how far each draft is."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model.draft_progress import draft_progress

from . import CheckContext

DRAFT = Rule(
    "draft-progress",
    "info",
    "A draft has open questions or sections that are not written.",
    "`check --status active ID` lists everything that is missing before the spec can become active.",
    "status: draft   (with `TODO`s and without `testing`)",
    "status: active",
)
RULES = (DRAFT,)


def check(context: CheckContext) -> Iterator[Finding]:
    """Yield the progress of every draft that is not complete."""
    for spec in context.catalog.specs:
        if spec.status == "draft":
            progress = draft_progress(spec, context.schema)
            if progress.open_questions or progress.missing_sections:
                help_text = f"See all that is missing with `integration-specs check --status active {spec.id}`."
                yield spec.finding(DRAFT, ("status",), str(progress), help_text)
