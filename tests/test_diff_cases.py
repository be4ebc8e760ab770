"""Every rule of `diff` by an edit of one small shop and by the same edit made backwards.

In a case `edit.toml` lists the replacements in the files of `shop/`, `expected.txt` the changes that follow, and
`mirror.txt` the changes of the reverse edit. Files below `base/` belong to the shop of this case before the edit.
"""

import shutil
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from case_file import CASES, Case, cases, names
from integration_specs.diff import Change
from integration_specs.diff.rules import RULES
from integration_specs.project.workspace import Workspace
from integration_specs.review.base_and_head import Source
from integration_specs.review.compare import Comparison, compare
from integration_specs.settings import Settings
from integration_specs.text.messages import Message
from messages import unknown_templates, untranslatable

SHOP = CASES / "diff" / "shop"
ALL_CASES = cases("diff")
TODAY = date(2026, 1, 10)


def compared(base: Path, head: Path) -> Comparison:
    one, other = (Source("folder", path.name, path=path) for path in (base, head))
    return compare(Workspace(Settings(root=head)), one, other, TODAY)


def line(change: Change) -> str:
    teams = ",".join(sorted({approver.team for approver in change.approvers}))
    where = f"{change.spec}#{change.pointer}" if change.pointer else change.spec
    return f"{change.level} {','.join(change.concerns)} {change.rule} {where} ({teams})"


def shop_of(case: Case, folder: Path) -> Path:
    """The shop before the edits of a case."""
    shutil.copytree(SHOP, folder)
    for name, text in case.files.items():
        if name.startswith("base/"):
            path = folder / "specs" / name.removeprefix("base/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def edited(case: Case, folder: Path) -> Path:
    """The shop after the edits of a case."""
    shop_of(case, folder)
    for edit in tomllib.loads(case.files["edit.toml"])["edit"]:
        path = folder / "specs" / edit["file"]
        if "rename" in edit:
            path.rename(path.with_name(edit["rename"]))
        elif "remove" in edit:
            path.unlink()
        else:
            text = path.read_text(encoding="utf-8")
            assert edit["old"] in text, f"{case.name}: {edit['old']!r} is not in {edit['file']}"
            path.write_text(text.replace(edit["old"], edit["new"], 1), encoding="utf-8")
    return folder


def lines(comparison: Comparison) -> str:
    assert not comparison.skipped
    assert not [finding for finding in comparison.findings if finding.rule == "internal-error"]
    reasons = [reason.text for change in comparison.changes for each in change.approvers for reason in each.reasons]
    texts = (*reasons, *(change.label for change in comparison.changes))
    assert [part for text in texts for part in unknown_templates(text)] == []
    assert untranslatable(comparison.findings) == []
    assert all(isinstance(reason, Message) for reason in reasons)
    return "".join(f"{line(change)}\n" for change in comparison.changes)


@pytest.mark.parametrize("case", ALL_CASES, ids=names(ALL_CASES))
def test_an_edit_and_its_mirror_are_classified(case: Case, tmp_path: Path) -> None:
    before, after = shop_of(case, tmp_path / "before"), edited(case, tmp_path / "after")
    case.expect(lines(compared(before, after)), "expected.txt")
    case.expect(lines(compared(after, before)), "mirror.txt")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("moved-code", "moved to category Throttled"),
        ("moved-row", "moved to local entity "),
        ("moved-endpoint", "moved to ledger"),
    ],
)
def test_what_moved_says_where_to(name: str, place: str, tmp_path: Path) -> None:
    case = next(each for each in ALL_CASES if each.name == name)
    found = compared(shop_of(case, tmp_path / "before"), edited(case, tmp_path / "after")).changes
    (moved,) = (change for change in found if change.rule == "moved")
    assert moved.detail.startswith(place)
    assert "[" not in moved.detail


def _both_ways() -> Iterator[tuple[set[str], set[str]]]:
    for case in ALL_CASES:
        yield tuple(  # type: ignore[misc]
            {each.split(" ")[2] for each in case.files.get(name, "").splitlines()}
            for name in ("expected.txt", "mirror.txt")
        )


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_case_whose_way_back_is_its_mirror(rule: str) -> None:
    mirror = RULES[rule].mirror or rule
    ways = [*_both_ways()]
    assert any((rule in one and mirror in other) or (rule in other and mirror in one) for one, other in ways)
