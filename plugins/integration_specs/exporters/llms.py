"""`llms.txt`: what there is, in a form that language models are given."""

from integration_specs.model.llms_txt import llms_text

from . import ExportJob


def export(job: ExportJob) -> dict[str, str]:
    """A title, a summary, and a link with a sentence for each spec, by its status."""
    return {"llms.txt": llms_text(job.catalog, job.schema, job.specs, lambda spec: f"{spec.id}/")}
