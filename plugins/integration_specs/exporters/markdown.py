"""Specs as filled templates, which `import markdown` reads back."""

from integration_specs.markdown_template.markdown_document import write_document

from . import ExportJob


def export(job: ExportJob) -> dict[str, str]:
    """Return one Markdown file for each spec."""
    return {f"{spec.id}.md": write_document(job.schema, spec.data, job.catalog.owner_names) for spec in job.specs}
