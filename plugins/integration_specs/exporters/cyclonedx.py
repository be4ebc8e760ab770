"""A SaaSBOM (CycloneDX 1.6): each system as a service with its provider, endpoints, authentication and data flows.

Flows are named from the service's side, as the standard wants: what we send is inbound there. What a spec does not say is listed
in the property `integration-specs:open` and never invented.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from integration_specs.model import Spec, is_open_question, known_text, parse_date

from . import ExportError, ExportJob

if TYPE_CHECKING:
    from cyclonedx.model.service import Service

_FLOWS = {"Outbound": "inbound", "Inbound": "outbound", "Bidirectional": "bi-directional", "": "unknown"}
_REFERENCES = {"docs": "documentation", "changelog": "release-notes", "status_page": "other"}
_ENVIRONMENTS = ("production", "staging", "sandbox")


def export(job: ExportJob) -> dict[str, str]:
    """Return `bom.cdx.json`, valid by the schema of CycloneDX. Raises `ExportError` if the extra is not installed."""
    try:
        from cyclonedx.model.bom import Bom, BomMetaData
        from cyclonedx.output.json import JsonV1Dot6
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator
    except ImportError as error:
        raise ExportError(
            "the extra `cyclonedx` is not installed; run `pip install 'mkdocs-integration-specs[cyclonedx]'`"
        ) from error
    days = [day for spec in job.specs if (day := parse_date(spec.data.get("last_updated")))]
    services = {spec.id: _service(spec) for spec in job.specs}
    bom = Bom(
        services=services.values(),
        serial_number=uuid5(NAMESPACE_URL, "".join(spec.document.text for spec in job.specs)),
        metadata=BomMetaData(timestamp=datetime.combine(max(days), time(), UTC) if days else None),
    )
    for spec in job.specs:
        bom.register_dependency(
            services[spec.id], [services[each] for each in spec.data.get("depends_on", ()) if each in services]
        )
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    content = json.loads(text)
    if not days:
        del content["metadata"]  # the library would write the current time
    content["services"].sort(key=lambda service: service["bom-ref"])
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if invalid := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ExportError(f"the result does not match the schema of CycloneDX: {invalid}")
    return {"bom.cdx.json": text}


def _service(spec: Spec) -> "Service":
    from cyclonedx.model import DataClassification, DataFlow, ExternalReference, ExternalReferenceType, Property, XsUri
    from cyclonedx.model.contact import OrganizationalEntity
    from cyclonedx.model.service import Service

    vendor = spec.section("vendor")
    known = {name: vendor[name] for name in _REFERENCES if vendor.get(name) and not is_open_question(vendor[name])}
    properties = {
        "status": spec.status,
        "type": spec.type,
        "criticality": spec.data.get("criticality", ""),
        "owner": known_text(spec.owner),
        "last_reviewed": spec.data.get("last_reviewed", ""),
        "open": ", ".join(_open(spec)),
    }
    return Service(
        name=spec.system,
        bom_ref=spec.id,
        provider=OrganizationalEntity(name=spec.system),
        version=known_text(spec.section("api_version").get("pinned")) or None,
        description=spec.summary or None,
        endpoints=[XsUri(address) for address in _addresses(spec)],
        authenticated=_is_authenticated(spec),
        x_trust_boundary=True,
        data=[DataClassification(flow=DataFlow(flow), classification=name) for flow, name in _data(spec)],
        external_references=[
            ExternalReference(type=ExternalReferenceType(_REFERENCES[name]), url=XsUri(url))
            for name, url in known.items()
        ],
        properties=[
            Property(name=f"integration-specs:{name}", value=str(value)) for name, value in properties.items() if value
        ],
    )


def _is_authenticated(spec: Spec) -> bool | None:
    if not spec.mechanism or is_open_question(spec.mechanism):
        return None
    return spec.mechanism.strip().lower() not in ("none", "no authentication")


def _addresses(spec: Spec) -> list[str]:
    """Return the addresses of the calls below the base URL that matters most; without one, nothing."""
    found = {each.get("kind", ""): known_text(each.get("base_url")) for each in spec.data.get("environments", ())}
    base = next((address for kind in (*_ENVIRONMENTS, *found) if (address := found.get(kind))), "")
    paths = [endpoint.path.partition("?")[0] for endpoint in spec.endpoints] or [""]
    return sorted({quote(base.rstrip("/") + path, safe=":/@%") for path in paths}) if "://" in base else []


def _data(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield the flows, each with a kind of personal data, or as unclassified where the mapping names no kind."""
    found = {(_FLOWS[row.direction], row.data.get("personal_data", "")) for row in spec.mapped_fields}
    for flow, kind in sorted(found or {(_FLOWS[spec.direction], "")}):
        yield flow, f"personal data: {kind}" if kind else "unclassified"


def _open(spec: Spec) -> Iterator[str]:
    """Yield what a security review needs and the spec does not say."""
    known = {
        "purpose": spec.summary,
        "authentication": _is_authenticated(spec) is not None,
        "endpoints": _addresses(spec),
        "data classification": spec.mapped_fields,
        "owner": known_text(spec.owner),
        "review": spec.data.get("last_reviewed"),
    }
    yield from (name for name, value in known.items() if not value)
