"""OpenAPI 3.1 of what we use: for mocks, clients and gateways."""

import json

from . import ExportJob
from ._openapi import document


def export(job: ExportJob) -> dict[str, str]:
    """One document a spec, as JSON."""
    return {
        f"{spec.id}.openapi.json": json.dumps(document(spec), ensure_ascii=False, indent=2) + "\n" for spec in job.specs
    }
