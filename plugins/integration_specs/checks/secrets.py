"""Report the secrets that were redacted when the files were read, broken specs and owners included."""

from collections.abc import Iterator
from dataclasses import replace

from integration_specs.findings import Finding

from . import CheckContext

WHOLE_DOCUMENT = True
"""Its findings are about the whole file, so it also reports what is in the invalid part of a spec."""


def check_all(context: CheckContext) -> Iterator[Finding]:
    """Yield the secrets of every file."""
    for spec in context.catalog.all_specs:
        for finding in spec.document.secrets:
            yield replace(finding, spec=spec.id)
    for document in context.catalog.owners_documents:
        yield from document.secrets
