"""Report how far each draft is."""

from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.model import Spec
from integration_specs.model.draft_progress import draft_progress

from . import RULES, CheckContext


def check(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Yield the progress of a draft that is not complete."""
    if spec.status == "draft":
        progress = draft_progress(spec, context.schema)
        if progress.open_questions or progress.missing_sections:
            yield spec.report(RULES["draft-progress"], ("status",), message=progress.text, id=spec.id)
