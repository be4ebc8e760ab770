"""Everything in one JSON document, with nothing left to be worked out; `schema/export.schema.json` describes it."""

import json
from typing import Any

from ..model import Spec
from . import ExportJob, resolved


def export(job: ExportJob) -> dict[str, str]:
    """`catalog.json`: the specs asked for, and all owners."""
    content = {
        "$schema": job.schema.json.get("$id", "").replace("integration-spec.", "export."),
        "specs": [_spec(job, spec) for spec in job.specs],
        "owners": {owner.key: owner.data for owner in job.catalog.owners},
    }
    return {"catalog.json": json.dumps(content, ensure_ascii=False, indent=2) + "\n"}


def _spec(job: ExportJob, spec: Spec) -> dict[str, Any]:
    owner = job.catalog.owner_by_key.get(spec.owner)
    return {
        "id": spec.id,
        "file": spec.file,
        "owner": {"key": owner.key, **owner.data} if owner else None,
        "spec": resolved(job, spec),
    }
