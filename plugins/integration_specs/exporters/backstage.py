"""Entities for a Backstage catalog: each system, the API that we use, the component that uses it, and the owners."""

import json
from collections.abc import Iterator
from typing import Any

from integration_specs.formatting import to_yaml
from integration_specs.model import Owner, Spec, is_open_question
from integration_specs.text.names import slug
from integration_specs.validation.schema import SpecSchema

from . import ExportJob
from .openapi import openapi

_LIFECYCLES = {"draft": "experimental", "active": "production", "deprecated": "deprecated", "retired": "deprecated"}
_LINKS = (("docs", "Vendor documentation"), ("status_page", "Vendor status"), ("changelog", "Vendor changes"))
_PLAIN = SpecSchema({}, ())


def export(job: ExportJob) -> dict[str, str]:
    """Return `catalog-info.yaml` with one document for each entity."""
    entities = [entity for spec in job.specs for entity in _entities(job, spec)]
    used = {spec.owner for spec in job.specs}
    entities += [
        _owner(owner) for owner in job.catalog.owners if len(job.specs) == len(job.catalog.specs) or owner.key in used
    ]
    return {"catalog-info.yaml": "".join(f"---\n{to_yaml(entity, _PLAIN)}" for entity in entities)}


def _entities(job: ExportJob, spec: Spec) -> Iterator[dict[str, Any]]:
    name = _name(spec.id)
    owner = job.catalog.owner_by_key.get(spec.owner)
    owned = {"owner": f"{'user' if owner.kind == 'person' else 'group'}:{_name(owner.key)}" if owner else "unknown"}
    vendor = spec.section("vendor")
    links = [
        {"url": url, "title": title} for key, title in _LINKS if (url := vendor.get(key)) and not is_open_question(url)
    ]
    tags = sorted({tag for each in spec.tags if (tag := slug(each)[:63].strip("-"))})
    more = {"description": _sentence(spec)} | ({"tags": tags} if tags else {}) | ({"links": links} if links else {})
    yield _entity("System", {"name": name, "title": spec.title, **more}, owned)
    part: dict[str, Any] = {"lifecycle": _LIFECYCLES[spec.status], **owned, "system": name}
    api = openapi(spec)
    needed = [other for other in spec.data.get("depends_on", ()) if other in job.catalog.by_id]
    others = [f"component:{_name(other)}-integration" for other in needed]
    relation = "providesApis" if spec.type == "Webhook" else "consumesApis"
    calls = ({relation: [f"{name}-api"]} if api else {}) | ({"dependsOn": others} if others else {})
    about = {"name": f"{name}-integration", "title": f"{spec.title} integration", **more}
    yield _entity("Component", about, {"type": "integration", **part, **calls})
    if api:
        about = {
            "name": f"{name}-api",
            "title": f"{spec.title}: what we {'receive' if spec.type == 'Webhook' else 'use'}",
            "description": _sentence(spec),
        }
        definition = json.dumps(api, ensure_ascii=False, indent=2) + "\n"
        yield _entity("API", about, {"type": "openapi", **part, "definition": definition})


def _owner(owner: Owner) -> dict[str, Any]:
    email = next((each["address"] for each in owner.contacts if each["channel"] == "email"), "")
    profile = {"profile": {"displayName": owner.name, **({"email": email} if email else {})}}
    metadata = {"name": _name(owner.key)}
    if owner.kind == "person":
        return _entity("User", metadata, {**profile, "memberOf": []})
    return _entity("Group", metadata, {"type": "team", **profile, "children": []})


def _entity(kind: str, metadata: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def _name(key: str) -> str:
    """Return a name that stays within Backstage's 63 characters with our suffixes."""
    return key[:50].strip("-")


def _sentence(spec: Spec) -> str:
    return spec.summary or f"Integration with {spec.system}."
