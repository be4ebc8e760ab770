"""AsyncAPI documents to specs: cases, directions, and what holds for every document however strange."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import case_file
from case_file import Case, cases
from import_cases import document, expect_case, outcome, read, require_spec
from integration_specs.documents import VENDOR, load_raw

CORPORA = Path(os.environ.get("INTEGRATION_SPECS_CORPORA", Path(__file__).parent.parent.parent / "shared" / "corpora"))


@pytest.mark.parametrize("case", cases("import-asyncapi"), ids=lambda case: case.name)
def test_each_case_gives_its_spec_and_report(case: Case) -> None:
    """Golden cases, the broken ones too."""
    expect_case("asyncapi", case)


@pytest.mark.parametrize("name", ["version-2", "version-3"])
def test_ours_turns_every_direction_round(name: str) -> None:
    """What we receive of the vendor's document is what our own application's document says we send."""
    path = document(case_file.case(f"import-asyncapi/{name}"))
    theirs, ours = (read("asyncapi", path, ours=each).data["events"] for each in (False, True))
    names = [[[event["name"] for event in events[side]] for side in ("received", "sent")] for events in (theirs, ours)]
    assert names[0][0]
    assert names[0] == names[1][::-1]


@pytest.mark.parametrize("name", ["version-2", "version-3"])
def test_every_prefix_of_a_document_is_imported_or_reported(name: str, tmp_path: Path) -> None:
    """A download that stopped."""
    text = document(case_file.case(f"import-asyncapi/{name}")).read_text("utf-8")
    path = tmp_path / "document.yaml"
    for end in range(0, len(text), 29):
        path.write_text(text[:end], "utf-8")
        spec, report = outcome("asyncapi", path)
        assert spec or report


def test_events_over_the_limit_are_reported_one_by_one(tmp_path: Path) -> None:
    """400 messages: 300 in the spec, 100 in the report by name."""
    messages = {f"m{number}": {"payload": {"type": "string", "const": f"c{number}"}} for number in range(400)}
    data: dict[str, Any] = {
        "asyncapi": "3.0.0",
        "info": {"title": "Many", "version": "1"},
        "channels": {"all": {"messages": messages}},
        "operations": {"tell": {"action": "send", "channel": {"$ref": "#/channels/all"}}},
    }
    path = tmp_path / "many.json"
    path.write_text(json.dumps(data))
    result = read("asyncapi", path)
    require_spec(result, path)
    assert len(result.data["events"]["received"]) == 300
    reported = " ".join(finding.message for finding in result.report)
    assert [name for name in messages if f"event {name}:" not in reported] == [f"m{number}" for number in range(300)]


@pytest.mark.corpora
def test_real_documents_lose_nothing_silently() -> None:
    """Every file of the corpora: each operation is an event of the spec or in the report."""
    folder = CORPORA / "asyncapi"
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder}; name their folder in INTEGRATION_SPECS_CORPORA")
    for path in sorted(folder.iterdir()):
        result = read("asyncapi", path)
        require_spec(result, path)
        data = load_raw(path, path.name, VENDOR).data
        events = [event for side in result.data["events"].values() for event in side]
        carried = {event["x-operation-id"].removesuffix(" reply") for event in events}
        reported = " ".join(finding.message for finding in result.report)
        assert [
            name for name in data["operations"] if name not in carried and f"operation {name}:" not in reported
        ] == []
