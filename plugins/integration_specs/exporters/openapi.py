"""OpenAPI 3.1 documents of what we use, for mock servers, client generators and gateways."""

import json

from . import ExportError, ExportJob
from ._openapi_document import openapi


def export(job: ExportJob) -> dict[str, str]:
    """Return one JSON document for each spec. Raises `ExportError` if no spec has HTTP endpoints or webhooks."""
    files: dict[str, str] = {}
    for spec in job.specs:
        document = openapi(spec)
        if not document:
            reason = "none is an HTTP operation" if spec.endpoints else "it has no endpoints"
            job.report(f"{spec.id} is not exported: {reason}, and it receives no webhooks")
            continue
        files[f"{spec.id}.openapi.json"] = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        for line in document.get("x-omitted", ()):
            job.report(f"{spec.id}: omitted {line}")
    if job.specs and not files:
        raise ExportError("OpenAPI documents only describe HTTP endpoints and webhooks")
    return files
