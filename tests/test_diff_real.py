"""Every kind of change of the review's tables, tried on this repository's own specs."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from integration_specs.diff import Change
from integration_specs.diff.classify import compare_specs
from integration_specs.diff.context import Snapshots
from integration_specs.documents import load_text
from integration_specs.model import Catalog, Spec
from integration_specs.project.workspace import Workspace
from integration_specs.settings import Settings

ROOT = Path(__file__).parent.parent
WORKSPACE = Workspace(Settings(root=ROOT))
CATALOG = WORKSPACE.catalog()
TODAY = date(2026, 11, 22)
ID = "pagar-me"

Step = str | int
TABLE: dict[str, tuple[tuple[Step, ...], Any, str, str, str, set[str]]] = {
    # name: place, new value (None: gone), level, concern, rule, who approves beside the owner
    "call gone": (("endpoints", "POST /customers"), None, "breaking", "contract", "endpoint-removed", {"platform"}),
    "webhook gone": (
        ("events", "received", "order.paid"),
        None,
        "breaking",
        "contract",
        "event-received-removed",
        {"platform"},
    ),
    "event gone": (
        ("events", "sent", "payment.confirmed"),
        None,
        "breaking",
        "contract",
        "event-sent-removed",
        {"platform", "messaging"},
    ),
    "mapped answer field gone": (
        ("endpoints", "create-pix-order", "response", "example", "status"),
        None,
        "breaking",
        "contract",
        "mapped-field-removed",
        {"platform"},
    ),
    "unmapped answer field gone": (
        ("endpoints", "create-pix-order", "response", "example", "currency"),
        None,
        "safe",
        "contract",
        "unmapped-field-removed",
        {"platform"},
    ),
    "mapped answer field of another type": (
        ("endpoints", "create-pix-order", "response", "example", "amount"),
        "29900",
        "breaking",
        "contract",
        "mapped-type-changed",
        {"platform"},
    ),
    "value of an example": (
        ("endpoints", "create-pix-order", "response", "example", "amount"),
        1,
        "editorial",
        "editorial",
        "example-value-changed",
        {"delivery-tools"},
    ),
    "path": (
        ("endpoints", "create-pix-order", "path"),
        "/v6/orders",
        "breaking",
        "contract",
        "address-changed",
        {"platform"},
    ),
    "rate limit": (
        ("endpoints", "GET /payables", "rate_limit", "requests"),
        1,
        "risky",
        "operations",
        "rate-limit-tightened",
        {"platform"},
    ),
    "mechanism": (
        ("authentication", "mechanism"),
        "OAuth 2.0",
        "breaking",
        "security",
        "mechanism-changed",
        {"security"},
    ),
    "storage": (
        ("authentication", "secret_storage"),
        "Vault, `kv/other`",
        "breaking",
        "security",
        "secret-storage-changed",
        {"security"},
    ),
    "rotation": (("authentication", "rotation"), "365d", "risky", "security", "rotation-lengthened", {"security"}),
    "dead letter": (
        ("error_handling", "dead_letter"),
        None,
        "breaking",
        "operations",
        "dead-letter-removed",
        {"platform"},
    ),
    "attempts": (("error_handling", "retry", "max_attempts"), 9, "risky", "operations", "retry-changed", {"platform"}),
    "retry on 429": (
        ("error_handling", "retry", "retry_on", "429"),
        None,
        "breaking",
        "operations",
        "failure-retry-removed",
        {"platform"},
    ),
    "production": (
        ("environments", "Production", "base_url"),
        "https://x.example",
        "breaking",
        "contract",
        "production-address-changed",
        {"platform"},
    ),
    "sandbox": (
        ("environments", "Simulator", "base_url"),
        "https://x.example",
        "risky",
        "operations",
        "host-changed",
        {"platform"},
    ),
    "credentials": (
        ("environments", "Simulator", "credentials"),
        "Vault, `kv/x`",
        "risky",
        "security",
        "credentials-changed",
        {"security"},
    ),
    "signature": (
        ("events", "received", "order.paid", "signature"),
        None,
        "breaking",
        "security",
        "signature-removed",
        {"security"},
    ),
    "owner": (("owner",), "finance", "risky", "ownership", "owner-changed", {"platform", "finance"}),
    "retired": (
        ("status",),
        "retired",
        "breaking",
        "lifecycle",
        "retired-in-use",
        {"platform", "ana-lima", "messaging"},
    ),
    "version": (("api_version", "pinned"), "v6", "risky", "lifecycle", "version-bumped", {"platform"}),
    "review": (("last_reviewed",), "2026-11-22", "safe", "lifecycle", "review-done", {"platform"}),
    "words": (("purpose", "why"), "Other words.", "editorial", "editorial", "text-changed", {"delivery-tools"}),
}


def edited(place: tuple[Step, ...], value: Any) -> Spec:
    """The spec with another value at a place; items of lists are named by what identifies them."""
    content = json.loads(json.dumps(CATALOG.by_id[ID].data))
    here: Any = content
    pointer: tuple[Step, ...] = ()
    for depth, step in enumerate(place):
        if isinstance(here, list):
            field = WORKSPACE.schema.at(pointer)
            assert field is not None
            at: Step = next(index for index, item in enumerate(here) if field.identity(item) == step)
        else:
            at = step
        pointer = (*pointer, at)
        if depth + 1 < len(place):
            here = here[at]
        elif value is None:
            del here[at]
        else:
            here[at] = value
    document = load_text(json.dumps(content), f"specs/{ID}.yaml")
    return Spec(ID, document.path, document.data, document)


def changes(new: Spec) -> list[Change]:
    specs = tuple(new if spec.id == ID else spec for spec in CATALOG.specs)
    after = Catalog(specs, CATALOG.owners, CATALOG.approvers)
    return compare_specs(Snapshots(CATALOG, after, WORKSPACE.schema, TODAY), CATALOG.by_id[ID], new)


@pytest.mark.parametrize("name", TABLE)
def test_a_row_of_the_tables_on_a_real_spec(name: str) -> None:
    place, value, level, concern, rule, teams = TABLE[name]
    found = [change for change in changes(edited(place, value)) if change.rule == rule]
    assert found, [change.rule for change in changes(edited(place, value))]
    change = found[0]
    assert change.level == level
    assert concern in change.concerns
    assert {approver.team for approver in change.approvers} == {"payments", *teams}
    assert change.base is None or change.base.line > 1
