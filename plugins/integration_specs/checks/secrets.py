"""Report the secrets that were redacted when the files were read, broken specs and owners included."""

from collections.abc import Iterator
from dataclasses import replace

from integration_specs.documents.redaction import SECRET
from integration_specs.findings import Finding

from . import CheckContext

RULES = (SECRET,)

ACROSS = True
WHOLE_DOCUMENT = True
"""Its findings are about the whole file, so it also reports what is in the invalid part of a spec."""


def check(context: CheckContext) -> Iterator[Finding]:
    """Yield the secrets of every file."""
    catalog = context.catalog
    read = [(each.id, each.document) for each in catalog.specs] + [(each.id, each.document) for each in catalog.broken]
    for identity, document in read:
        for finding in document.secrets:
            yield replace(finding, spec=identity)
    for document in catalog.owners_documents:
        yield from document.secrets
