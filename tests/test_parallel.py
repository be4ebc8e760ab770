"""Work in two processes gives what one gives."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from benchmarks import projects

from integration_specs import parallel
from integration_specs.checks import CheckContext
from integration_specs.findings import Finding
from integration_specs.model import Spec
from integration_specs.parallel import parallel_map
from integration_specs.project.workspace import Workspace
from integration_specs.settings import Settings
from integration_specs.site.render import render

DAY = date(2026, 11, 22)


def test_results_are_in_order_and_exceptions_are_those_of_one_process() -> None:
    many = range(parallel.MINIMUM + 1)
    assert parallel_map(lambda item: item * 2, many) == [item * 2 for item in many]
    assert parallel_map(str, ()) == []
    with pytest.raises(ZeroDivisionError):
        parallel_map(lambda item: 1 // (1 - item % 2), many)


def test_the_second_process_takes_items_from_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threading.active_count", lambda: 1)  # other tests leave threads behind

    def work(_: int) -> int:
        time.sleep(0.01)
        return os.getpid()

    made = parallel_map(work, range(parallel.MINIMUM))
    here = made.count(os.getpid())
    assert made[:here] == [os.getpid()] * here
    if len(os.sched_getaffinity(0)) > 1:
        assert 0 < here < len(made)
    assert set(parallel_map(lambda _: os.getpid(), range(parallel.MINIMUM - 1))) == {os.getpid()}


def test_results_of_the_child_are_in_order_and_share_objects_within_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "is_worthwhile", lambda amount: True)
    monkeypatch.setattr(parallel, "BATCH", 3)
    text = "a text that all results have"
    here = os.getpid()

    def work(number: int) -> tuple[int, str]:
        time.sleep(0 if os.getpid() != here else 0.3)
        return number, text

    results = parallel_map(work, range(9))
    assert results == [(number, text) for number in range(9)]
    assert results[8][1] is results[6][1] is not results[5][1]


def test_a_child_that_dies_costs_nothing_but_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "is_worthwhile", lambda amount: True)
    here = os.getpid()

    def work(item: int) -> str:
        if os.getpid() != here:
            os._exit(7)
        return f"item {item}"

    assert parallel_map(work, (0, 1)) == ["item 0", "item 1"]


def test_one_process_does_all_where_a_second_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "is_worthwhile", lambda amount: True)

    def refuse(*_: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    for owner, name in ((os, "eventfd"), (parallel, "TemporaryFile"), (os, "fork")):
        with monkeypatch.context() as context:
            context.setattr(owner, name, refuse)
            assert parallel_map(str, (0, 1, 2)) == ["0", "1", "2"]


def test_one_process_does_all_where_the_end_of_children_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "is_worthwhile", lambda amount: True)
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # inherited, for example, from a shell after `trap '' CHLD`
    try:
        assert parallel_map(str, (0, 1, 2)) == ["0", "1", "2"]
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_results_that_cannot_be_sent_are_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "is_worthwhile", lambda amount: True)
    assert len(parallel_map(lambda item: lambda: item, (0, 1, 2))) == 3
    nested = parallel_map(lambda item: parallel_map(lambda other: item + other, (0, 1)), (0, 10, 20))
    assert nested == [[0, 1], [10, 11], [20, 21]]


def test_catalog_findings_and_pages_do_not_depend_on_the_number_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    projects.ours(tmp_path, 12)
    specs = tmp_path / "specs"
    broken = (specs / "system-00003.yaml").read_text(encoding="utf-8").replace("type: API", "typ: API", 1)
    (specs / "system-00003.yaml").write_text(broken, encoding="utf-8")
    late = (specs / "system-00004.yaml").read_text(encoding="utf-8").replace("2026-11-01", "2020-11-01")
    (specs / "system-00004.yaml").write_text(late, encoding="utf-8")

    same = (specs / "system-00005.yaml").read_text(encoding="utf-8")
    (specs / "system-00005.yaml").write_text(
        same + "depends_on: [system-00099]\nformer_ids: [system-00001]\n", encoding="utf-8"
    )
    waived = "waivers:\n  - rule: unmapped-fields\n    reason: Not wanted.\n    expires: 2027-01-01\n"
    waived += "  - rule: unknown-spec\n    reason: Nobody needs this.\n    expires: 2027-01-01\n"
    (specs / "system-00006.yaml").write_text(same + waived, encoding="utf-8")
    (specs / "system-00007.yaml").write_text(same + "x-key: " + "AKIA" + "Q3EGRZ7WNBT5UFYD\n", encoding="utf-8")
    (specs / "deeper").mkdir()
    (specs / "deeper" / "system-00008.yaml").write_text(same, encoding="utf-8")
    only = [specs / "system-00006.yaml", specs / "system-00003.yaml"]

    def everything() -> tuple[object, ...]:
        workspace = Workspace(Settings(root=tmp_path))
        outcome = workspace.check_catalog(workspace.catalog(), DAY)
        site = render(outcome.catalog, workspace.schema)
        for files in ((), only):
            names = {path.relative_to(tmp_path).as_posix() for path in files or tmp_path.rglob("*.yaml")}
            known = outcome.limited_to(names)
            result = workspace.check(DAY).limited_to(names)
            assert (result.findings, result.checked, result.waived) == (known.findings, known.checked, known.waived)
            assert result.texts[only[0].relative_to(tmp_path).as_posix()] == only[0].read_text(encoding="utf-8")
        assert {"unknown-spec", "former-id", "secret", "waiver-unused", "duplicate-id"} <= {
            finding.rule for finding in outcome.findings
        }
        return outcome.findings, outcome.checked, [(spec.id, spec.data) for spec in outcome.catalog.specs], site

    alone = everything()
    assert alone[0]
    monkeypatch.setattr(parallel, "MINIMUM", 2)
    assert everything() == alone


def test_only_a_changed_spec_is_checked_again_and_the_result_is_that_of_a_full_check(tmp_path: Path) -> None:
    projects.ours(tmp_path, 6)
    specs = tmp_path / "specs"
    with (specs / "system-00002.yaml").open("a", encoding="utf-8") as file:
        file.write("attachments:\n  - path: late.csv\n")
    workspace = Workspace(Settings(root=tmp_path))
    ids: list[str] = []

    def check(_: CheckContext, spec: Spec) -> Iterator[Finding]:
        ids.append(spec.id)
        yield from ()

    workspace._checks_of_one.append(SimpleNamespace(check=check, __name__="checks.probe"))

    def checked() -> list[str]:
        ids.clear()
        catalog = workspace.catalog()
        result = workspace.check_catalog(catalog, DAY)
        assert result.findings == Workspace(Settings(root=tmp_path)).check(DAY).findings
        return [*ids]

    assert len(checked()) == 6
    assert checked() == ["system-00002"], "a spec that names files is checked again"
    (specs / "system-00002").mkdir()
    (specs / "system-00002" / "late.csv").write_text("a", encoding="utf-8")
    assert checked() == ["system-00002"]
    text = (specs / "system-00004.yaml").read_text(encoding="utf-8")
    (specs / "system-00004.yaml").write_text(text.replace("criticality: ", "criticality: x", 1), encoding="utf-8")
    assert checked() == ["system-00002", "system-00004"], "a spec with errors is checked as far as it is valid"
    (specs / "system-00004.yaml").write_text(f"{text}x-note: new\n", encoding="utf-8")
    assert checked() == ["system-00002", "system-00004"]
    owners = (specs / "owners.yaml").read_text(encoding="utf-8")
    (specs / "owners.yaml").write_text(f"{owners}# new\n", encoding="utf-8")
    assert len(checked()) == 6
