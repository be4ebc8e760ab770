"""All specs as one JSON document with all defaults resolved; `schema/export.schema.json` describes it."""

import json

from integration_specs.model.resolved_spec import resolved_document

from . import ExportJob

SCHEMA_ID = "https://integration-specs.invalid/export.schema.json"


def export(job: ExportJob) -> dict[str, str]:
    """Return `catalog.json` with the requested specs and all owners."""
    content = {
        "$schema": SCHEMA_ID,
        "specs": [resolved_document(job.catalog, job.schema, spec) for spec in job.specs],
        "owners": {owner.key: owner.data for owner in job.catalog.owners},
    }
    return {"catalog.json": json.dumps(content, ensure_ascii=False, indent=2) + "\n"}
