"""Findings with one cause are merged into one, at the place to fix, with the other lines in a note."""

from pathlib import Path

import pytest

from check_cases import SCHEMA, TODAY, make_project
from integration_specs.findings import Finding
from integration_specs.project.workspace import Workspace
from integration_specs.settings import Settings

FLOWS = """overview:
  direction: Bidirectional
  flows:
    - name: Pay
      description: Pays.
      steps:
        - POST /orders
        - order.paid
    - name: Pay again
      description: Pays.
      steps:
        - POST /orders
        - order.paid
"""
CONTRACT = """openapi: 3.1.0
info: {title: Pay, version: "1"}
paths:
  /orders:
    post: {}
webhooks:
  order.paid:
    post: {}
"""
ENDPOINTS = """endpoints:
  - method: POST
    path: /orders
    description: Create an order.
    idempotency: {note: By code.}
"""
EVENTS = """events:
  received:
    - name: order.paid
      when: It is paid.
      signature: {note: None.}
      dedupe_key: id
  sent: []
data_mapping: []
"""
WAIVER = """waivers:
  - rule: webhook-dedupe
    at: events.received[order.paid]
    reason: Nothing is known.
    expires: 2027-01-31
"""


def project(folder: Path, text: str, contract: str = "") -> Path:
    """A small project with one spec, `pay`."""
    case = folder / "case"
    (case / "specs" / "pay").mkdir(parents=True)
    (case / "specs" / "pay.yaml").write_text(text, encoding="utf-8")
    if contract:
        (case / "specs" / "pay" / "contract.yaml").write_text(contract, encoding="utf-8")
    return make_project(case, folder / "project")


def found(folder: Path) -> list[Finding]:
    """What a check says; that of the command, which lets specs go, is the same."""
    workspace = Workspace(Settings(root=folder), SCHEMA)
    everything = workspace.check_catalog(workspace.catalog(), TODAY).findings
    assert workspace.check(TODAY).findings == everything
    return list(everything)


@pytest.mark.parametrize(
    ("old", "new", "contract", "rule", "line", "lines"),
    [
        ("- name: order.paid", "- name: order.payed", "", "unknown-step", 8, "line 13"),
        ("- name: order.paid", "- name: order.payed", CONTRACT, "contract-event", 21, "lines 8 and 13"),
        ("path: /orders", "path: /order", "", "unknown-step", 7, "line 12"),
        ("path: /orders", "path: /order", CONTRACT, "contract-endpoint", 16, "lines 7 and 12"),
    ],
)
def test_a_renamed_thing_is_reported_once(
    old: str, new: str, contract: str, rule: str, line: int, lines: str, tmp_path: Path
) -> None:
    head = "contract: contract.yaml\n" if contract else ""
    text = FLOWS + ENDPOINTS + EVENTS + head
    assert found(project(tmp_path / "right", text, contract)) == []
    (finding,) = found(project(tmp_path / "wrong", text.replace(old, new), contract))
    assert (finding.rule, finding.level, finding.span.line) == (rule, "error", line)
    assert finding.notes == (f"Same cause: {lines}.",)
    assert finding.help.startswith("Write `")


def test_an_event_that_a_waiver_names_too_is_reported_once(tmp_path: Path) -> None:
    text = FLOWS + ENDPOINTS + EVENTS.replace("      dedupe_key: id\n", "") + WAIVER + "contract: contract.yaml\n"
    assert found(project(tmp_path / "right", text, CONTRACT)) == []
    (finding,) = found(project(tmp_path / "wrong", text.replace("name: order.paid", "name: order.payed"), CONTRACT))
    assert finding.rule == "contract-event"
    assert finding.notes == ("Same cause: lines 8, 13 and 28.",)


def test_a_scope_that_several_name_and_nobody_declares_is_reported_once(tmp_path: Path) -> None:
    head = "authentication:\n  mechanism: OAuth2\n  secret_storage: Vault.\n  scopes:\n    - {name: orders.write, reason: Create.}\n"
    calls = [ENDPOINTS, ENDPOINTS.removeprefix("endpoints:\n").replace("/orders", "/refunds")]
    text = head + "".join(f"{call}    scopes: [orders.write]\n" for call in calls) + EVENTS
    assert found(project(tmp_path / "right", text)) == []
    (finding,) = found(project(tmp_path / "wrong", text.replace("name: orders.write", "name: order.write")))
    assert (finding.rule, finding.notes) == ("undeclared-scope", ("Same cause: line 16.",))


@pytest.mark.parametrize(
    ("old", "new", "message", "help_text"),
    [
        (
            "rule: webhook-dedupe",
            "rule: webhook-dedup",
            "unknown rule `webhook-dedup`; did you mean `webhook-dedupe`?",
            "Write `rule: webhook-dedupe`.",
        ),
        (
            "[order.paid]\n",
            "[order.payed]\n",
            (
                "the waiver of `webhook-dedupe` names a place that this spec does not have: "
                "`events.received[order.payed]`; did you mean `events.received[order.paid]`?"
            ),
            "Write `at: events.received[order.paid]`.",
        ),
    ],
)
def test_a_misspelled_waiver_names_what_it_was_meant_for(
    old: str, new: str, message: str, help_text: str, tmp_path: Path
) -> None:
    text = EVENTS.replace("      dedupe_key: id\n", "") + WAIVER
    assert found(project(tmp_path / "right", text)) == []
    (finding,) = found(project(tmp_path / "wrong", text.replace(old, new)))
    assert (finding.rule, finding.message, finding.help) == ("waiver-unused", message, help_text)
    meant = "`order.paid` has no `dedupe_key`"
    assert finding.notes == (f"It was meant for line 3: {meant}",)


@pytest.mark.parametrize(
    ("old", "new", "message", "help_text"),
    [
        (
            "",
            "",
            "the waiver of `webhook-dedupe` exempts nothing: the rule reports nothing at `events.received[order.paid]`",
            "There is nothing to exempt: remove the waiver.",
        ),
        (
            "    at: events.received[order.paid]\n",
            "",
            "the waiver of `webhook-dedupe` exempts nothing: the rule reports nothing in this spec",
            "There is nothing to exempt: remove the waiver.",
        ),
        (
            "[order.paid]",
            "[gone]",
            "the waiver of `webhook-dedupe` names a place that this spec does not have: `events.received[gone]`",
            "There is nothing to exempt: remove the waiver.",
        ),
        (
            "rule: webhook-dedupe",
            "rule: unknown-key",
            "the waiver of `unknown-key` has no effect: findings of this rule cannot be waived",
            "Fix the problem, and remove the waiver.",
        ),
        (
            "rule: webhook-dedupe",
            "rule: frobnicate",
            "unknown rule `frobnicate`",
            "Write a rule that `integration-specs rules` lists, or remove the waiver if there is nothing to exempt.",
        ),
    ],
)
def test_what_to_do_about_a_waiver_with_nothing_to_waive(
    old: str, new: str, message: str, help_text: str, tmp_path: Path
) -> None:
    (finding,) = found(project(tmp_path, EVENTS + WAIVER.replace(old, new)))
    assert (finding.rule, finding.message, finding.help) == ("waiver-unused", message, help_text)


def test_a_place_where_the_rule_finds_nothing_is_reported_with_those_where_it_does(tmp_path: Path) -> None:
    text = EVENTS.replace("      dedupe_key: id\n", "") + WAIVER.replace("events.received[order.paid]", "endpoints")
    one, other = found(project(tmp_path, text))
    assert (one.rule, other.rule) == ("webhook-dedupe", "waiver-unused")
    assert other.message.endswith("exempts nothing: the rule reports nothing at `endpoints`")
    assert other.help == (
        "Write where the rule reports something (`at: events.received[order.paid]`), or remove the waiver."
    )


def test_a_second_waiver_of_the_same_is_reported(tmp_path: Path) -> None:
    second = WAIVER.removeprefix("waivers:\n").replace("    at: events.received[order.paid]\n", "")
    (finding,) = found(project(tmp_path, EVENTS.replace("      dedupe_key: id\n", "") + WAIVER + second))
    assert finding.help == "Another waiver exempts the same: remove one of the two."
