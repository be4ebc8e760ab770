"""Secrets that stand in a file, found when it was read: in specs that are broken, and in the owners, too."""

from collections.abc import Iterator
from dataclasses import replace

from integration_specs.documents.redaction import SECRET
from integration_specs.findings import Finding

from . import CheckContext

RULES = (SECRET,)

ACROSS = True  # asked once, of broken specs and the owners too


def check(context: CheckContext) -> Iterator[Finding]:
    """Tells what the reading of every file found."""
    catalog = context.catalog
    read = [(each.id, each.document) for each in catalog.specs] + [(each.id, each.document) for each in catalog.broken]
    for identity, document in read:
        for finding in document.secrets:
            yield replace(finding, spec=identity)
    if catalog.owners_document:
        yield from catalog.owners_document.secrets
