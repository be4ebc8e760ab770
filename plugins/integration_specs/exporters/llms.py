"""`llms.txt`: an index of the specs for language models."""

from integration_specs.model.llms_txt import llms_text

from . import ExportJob


def export(job: ExportJob) -> dict[str, str]:
    """Return a title, a summary, and a link with a sentence for each spec, grouped by status."""
    return {"llms.txt": llms_text(job.catalog, job.schema, job.specs, lambda spec: f"{spec.id}/")}
