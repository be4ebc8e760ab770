"""What the command writes from any document passes `check` as a draft, and a refused document leaves nothing behind."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from import_cases import cases, document, expected
from integration_specs.cli import cli

CORPORA = Path(os.environ.get("INTEGRATION_SPECS_CORPORA", Path(__file__).parent.parent.parent / "shared" / "corpora"))
FORMATS = ("openapi", "asyncapi", "postman")
TODAY = ("--today", "2026-11-22")


def _imported(format_: str, path: Path, root: Path, *asked: str) -> list[Path]:
    (root / "specs").mkdir()
    CliRunner().invoke(cli, ["import", format_, str(path), "--root", str(root), *TODAY, *asked], standalone_mode=False)
    return sorted((root / "specs").iterdir())


@pytest.mark.parametrize(
    ("format_", "case"),
    [(each, case) for each in FORMATS for case in cases(each) if not (case / "options.json").exists()],
)
def test_a_draft_without_errors_or_no_file(format_: str, case: Path, tmp_path: Path) -> None:
    """One file when there is a spec, none when the document is refused."""
    written = _imported(format_, document(case), tmp_path)
    assert len(written) == bool(expected(case)[0])
    _require_no_errors(tmp_path)


def _require_no_errors(root: Path) -> None:
    result = CliRunner().invoke(
        cli, ["check", "--root", str(root), *TODAY, "--format", "concise"], standalone_mode=False
    )
    assert "0 errors" in result.output, result.output


def test_a_secret_that_only_its_name_gives_away_is_masked(tmp_path: Path) -> None:
    """In a header's value the name stands beside it, in an example above it; both would be errors of `check`."""
    secret = "kQ7" + "vT2mX9" * 4
    path = tmp_path / "a.yaml"
    path.write_text(
        "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths:\n  /x:\n    get:\n      responses:\n        '200':\n"
        f"          content: {{application/json: {{example: {{api_token: {secret}, text: 'password: {secret}'}}}}}}\n"
    )
    (written,) = _imported("openapi", path, tmp_path)
    assert secret not in written.read_text("utf-8")
    _require_no_errors(tmp_path)


@pytest.mark.corpora
@pytest.mark.parametrize("format_", FORMATS)
def test_real_documents_pass_check(format_: str, tmp_path: Path) -> None:
    """Every file of the corpora."""
    folder = CORPORA / format_
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder}; name their folder in INTEGRATION_SPECS_CORPORA")
    for number, path in enumerate(sorted(folder.iterdir())):
        root = tmp_path / str(number)
        root.mkdir()
        assert len(_imported(format_, path, root)) == 1, path
        _require_no_errors(root)
