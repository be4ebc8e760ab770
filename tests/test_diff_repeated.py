"""The same change in several specs is one line of a report."""

import shutil
from pathlib import Path

import pytest

from integration_specs.diff.descriptions import sentence
from integration_specs.diff.repeated_changes import repeated_changes
from test_diff_cases import SHOP, compared

NAMES = ("a", "b", "c")
EDITS = {
    "owner": ("owner: payments", "owner: finance", "owner: payments → finance"),
    "host": ("https://api.example.com/", "https://pay.example.com/", "base url: api.example.com → pay.example.com"),
    "authentication header": (
        '"Authorization: Basic {key}"',
        '"X-Key: {key}"',
        "request header: Authorization: Basic {key} → X-Key",
    ),
    "request header": ("value: shop", "value: store", "request, header X-Channel, value: shop → store"),
    "status": ("system: Gateway", "system: Gateway\nstatus: deprecated", "status: active → deprecated"),
    "support": ("Desk, +55 11 0000-0000", "Desk, +55 11 1111-1111", "support: Desk, +55 11 0000-0000 → "),
    "consumer": ("        - warehouse\n", "        - shop\n", "consumers: “warehouse” was removed"),
}


def shops(folder: Path, old: str, new: str, count: int) -> tuple[Path, Path]:
    """The shop with three specs like gateway.yaml, before and after an edit of `count` of them."""
    for side in ("before", "after"):
        shutil.copytree(SHOP, folder / side)
        text = (SHOP / "specs" / "gateway.yaml").read_text(encoding="utf-8")
        for line in ("contract: contract.yaml\n", "former_ids:\n  - gateway-v1\n"):
            text = text.replace(line, "")
        text = text.replace("attachments:\n  - path: refunds.csv\n    title: Refunds\n", "")
        for number, name in enumerate(NAMES):
            own = text.replace("https://api.example.com", f"https://api.example.com/{name}").replace(
                "/v2/", f"/{name}/"
            )
            if side == "after" and number < count:
                assert old in own
                own = own.replace(old, new)
            (folder / side / "specs" / f"{name}.yaml").write_text(own, encoding="utf-8")
    return folder / "before", folder / "after"


@pytest.mark.parametrize("kind", EDITS)
def test_a_change_of_three_specs_is_one_line(kind: str, tmp_path: Path) -> None:
    old, new, text = EDITS[kind]
    comparison = compared(*shops(tmp_path, old, new, 3))
    found, covered = repeated_changes(comparison.changes)
    assert [each for each in found if text in sentence(each.change)], [sentence(each.change) for each in found]
    assert {spec.partition(" ")[0] for each in found for spec in each.specs} == set(NAMES)
    assert covered == {change.fingerprint for change in comparison.changes}


def test_the_place_is_named_where_it_differs(tmp_path: Path) -> None:
    (found, *_), _ = repeated_changes(compared(*shops(tmp_path, "value: shop", "value: store", 3)).changes)
    assert found.specs == ("a (POST /a/orders)", "b (POST /b/orders)", "c (POST /c/orders)")


@pytest.mark.parametrize("kind", EDITS)
def test_a_change_of_two_specs_is_reported_for_each(kind: str, tmp_path: Path) -> None:
    old, new, _ = EDITS[kind]
    assert repeated_changes(compared(*shops(tmp_path, old, new, 2)).changes) == ([], set())


def test_another_new_value_is_another_change(tmp_path: Path) -> None:
    before, after = shops(tmp_path, "owner: payments", "owner: finance", 3)
    path = after / "specs" / "c.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("owner: finance", "owner: platform"), encoding="utf-8")
    assert repeated_changes(compared(before, after).changes) == ([], set())
