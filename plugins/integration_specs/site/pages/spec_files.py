"""Files beside each spec's page: its YAML, and the JSON and Markdown that `export` writes.

Unlike `export`, this does not prove that the Markdown can be imported again: that would more than double the build time.
"""

import json
from collections.abc import Callable, Iterator

from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import guarded
from integration_specs.model import Spec
from integration_specs.model.resolved_spec import resolved_document
from integration_specs.site import Asset
from integration_specs.site.context import Context
from integration_specs.template.markdown_document import write_document


def for_spec(context: Context, spec: Spec) -> Iterator[Asset]:
    """Yield `<id>.yaml`, `<id>.json` and `<id>.md.txt`; generators do not make pages of these."""
    yield Asset(f"{spec.id}.yaml", spec.document.text.encode())
    owner = context.owner(spec)
    for suffix, write in (("json", _json), ("md.txt", _markdown)):

        def make(write: Callable[[Context, Spec], str] = write, suffix: str = suffix) -> bytes:
            return context.reuse(suffix, spec, owner, lambda: write(context, spec).encode())

        yield Asset(f"{spec.id}.{suffix}", guarded(make, _message, f"the file {spec.id}.{suffix}", spec.file, spec.id))


def _json(context: Context, spec: Spec) -> str:
    return json.dumps(resolved_document(context.catalog, context.schema, spec), ensure_ascii=False) + "\n"


def _markdown(context: Context, spec: Spec) -> str:
    owners = tuple((owner.key, owner.name) for owner in context.catalog.owners)
    return write_document(context.schema, spec.data, owners, verified=False)


def _message(finding: Finding) -> bytes:
    return f"{finding.message}\n".encode()
