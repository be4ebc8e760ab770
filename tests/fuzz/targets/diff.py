"""`diff`: whatever somebody made of a spec, the changes and their way back are told, each with a fingerprint of its own."""

import json
from datetime import date
from pathlib import Path

from integration_specs.diff.classify import compare_specs
from integration_specs.diff.context import Snapshots
from integration_specs.diff.descriptions import sentence
from integration_specs.documents import load_text
from integration_specs.model import Catalog, Spec
from integration_specs.validation.schema import read_schema
from integration_specs.validation.validator import Validator

SCHEMA = read_schema()
VALIDATOR = Validator(SCHEMA)
SHOP = Path(__file__).parents[2] / "cases" / "diff" / "shop" / "specs"
SEEDS = (
    (
        "system: Acme\ntype: API\nstatus: draft\ntags: [a, b]\nx-a: {b: [1, 2], c: text}\npurpose:\n  why: Some text\nendpoints:\n"
        "  - method: GET\n    path: /a\n    timeout: 5s\n    response:\n      example: {a: 1, b: [x, {c: d}]}\n  - method: POST\n    path: /b\n"
    ),
    (SHOP / "gateway.yaml").read_text(encoding="utf-8"),
)


def _spec(text: str) -> Spec | None:
    document = load_text(text, "specs/x.yaml")
    if document.data is None or any(finding.level == "error" for finding in VALIDATOR(document)):
        return None
    return Spec("x", document.path, document.data, document)


BASES = tuple(filter(None, map(_spec, SEEDS)))


def run(text: str) -> None:
    """Compare the text with what it was made of, both ways."""
    head = _spec(text)
    if head is None:
        return
    base = BASES["rate_limit" in text]
    for old, new in ((base, head), (head, base), (head, head)):
        found = compare_specs(Snapshots(Catalog((old,)), Catalog((new,)), SCHEMA, date(2026, 1, 10)), old, new)
        assert len({change.fingerprint for change in found}) == len(found)
        assert all(sentence(change).isprintable() for change in found)
        json.dumps([[change.old, change.new] for change in found], allow_nan=False)
        assert not found or old is not new
