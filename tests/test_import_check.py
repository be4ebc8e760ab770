"""What the command writes from any document passes `check` as a draft, and a refused document leaves nothing behind."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from case_file import Case
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
    [(each, case) for each in FORMATS for case in cases(each) if "options.json" not in case.files],
)
def test_a_draft_without_errors_or_no_file(format_: str, case: Case, tmp_path: Path) -> None:
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


def test_a_long_report_is_folded_by_rule(tmp_path: Path) -> None:
    """Twenty lines a rule and the number of the others; all of them when asked; standard output has the spec alone."""
    path = tmp_path / "a.yaml"
    media = "{application/json: {schema: {type: string}}, text/xml: {}}"
    calls = "".join(f"  /p{n}: {{get: {{responses: {{'200': {{content: {media}}}}}}}}}\n" for n in range(30))
    path.write_text(f"openapi: 3.1.0\ninfo: {{title: A, version: '1'}}\npaths:\n{calls}")
    (tmp_path / "specs").mkdir()
    words = ["import", "openapi", str(path), "--root", str(tmp_path), *TODAY, "-o", "-"]
    short, whole = (CliRunner().invoke(cli, [*words, *more], standalone_mode=False) for more in ((), ("--verbose",)))
    for rule in ("import-left-out", "import-made-up"):
        assert whole.stderr.count(f"[{rule}]") == 30
        assert short.stderr.count(f"[{rule}]") == 20
        assert f"… and 10 more of {rule}" in short.stderr
    assert short.stderr.endswith("--verbose reports all of them\n")
    assert short.stdout == whole.stdout
    assert short.stdout.startswith("system: A\n")


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
