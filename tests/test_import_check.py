"""What the command writes from any document passes `check` as a draft, and a refused document leaves nothing behind."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from case_file import Case, cases
from import_cases import document, expected
from integration_specs.cli import cli

CORPORA = Path(os.environ.get("INTEGRATION_SPECS_CORPORA", Path(__file__).parent.parent.parent / "shared" / "corpora"))
FORMATS = ("openapi", "asyncapi", "postman")
TODAY = ("--today", "2026-11-22")


def _imported(format_: str, path: Path, root: Path, *asked: str) -> list[Path]:
    (root / "specs").mkdir()
    CliRunner().invoke(
        cli,
        ["import", format_, str(path), "--root", str(root), "--all", "--id", "imported", *TODAY, *asked],
        standalone_mode=False,
    )
    return sorted((root / "specs").iterdir())


@pytest.mark.parametrize(
    ("format_", "case"),
    [(each, case) for each in FORMATS for case in cases(f"import-{each}") if "options.json" not in case.files],
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
    assert short.stderr.endswith("--verbose reports all of them\n30 operations in the document: 30 imported\n")
    assert short.stdout == whole.stdout
    assert short.stdout.startswith("system: A\n")


def _run(root: Path, path: Path, *more: str, **options: Any) -> Result:
    (root / "specs").mkdir(exist_ok=True)
    words = ["import", "openapi", str(path), "--root", str(root), *TODAY, *more]
    return CliRunner().invoke(cli, words, standalone_mode=False, **options)


def _large(path: Path) -> Path:
    calls = "".join(f"  /p{n}: {{get: {{tags: [{'ab'[n % 2]}]}}}}\n" for n in range(62))
    path.write_text(f"openapi: 3.1.0\ninfo: {{title: A, version: '1'}}\npaths:\n{calls}")
    return path


def test_a_large_document_wants_a_selection(tmp_path: Path) -> None:
    """Without a terminal the command names the tags; a selection or `--all` goes ahead."""
    path = _large(tmp_path / "a.yaml")
    refused = _run(tmp_path, path)
    assert refused.return_value == 2
    assert "the document has 62 operations" in refused.output
    assert "a (31), b (31)" in refused.output
    assert not list((tmp_path / "specs").iterdir())
    assert "62 operations in the document: 31 imported, 31 not selected" in _run(tmp_path, path, "--tag", "a").stderr
    assert "62 operations in the document: 62 imported" in _run(tmp_path, path, "--all", "--force").stderr


@pytest.mark.parametrize(("answer", "imported"), [("a\n", 31), ("a, b\n", 62), ("*\n", 62)])
def test_a_terminal_is_asked_for_tags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, imported: int
) -> None:
    path = _large(tmp_path / "a.yaml")
    monkeypatch.setattr("integration_specs.commands.import_.is_terminal", lambda: True)
    result = _run(tmp_path, path, input=answer)
    assert result.return_value == 0
    assert f"{imported} imported" in result.stderr


def test_open_questions_go_to_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {}\n")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "owners.yaml").write_text(
        "owners:\n" + "".join(f"  {key}: {{name: {key}, kind: team, contacts: []}}\n" for key in ("desk", "payments"))
    )
    assert _run(tmp_path, path, "--owner", "paymnts").exception
    assert _run(tmp_path, path, "--owner", "payments").return_value == 0
    text = (tmp_path / "specs" / "a.yaml").read_text()
    assert "owner: payments\n" in text
    assert "TODO(2027-02-20, payments)" in text


def test_personal_numbers_in_examples_are_masked_and_reported_once(tmp_path: Path) -> None:
    """A valid CPF, CNPJ and card number, as texts and as a number; the imported spec gives no warning about them."""
    cpf = "529.982" + ".247-25"
    example = {
        "cpf": cpf,
        "document": int("529982" + "24725"),
        "card": "4539" + "578763621486",
        "id": "123",
        "test": "4111111111111111",
    }
    path = tmp_path / "a.json"
    media = {"application/json": {"example": example}}
    responses = {"200": {"description": "d", "content": media}}
    path.write_text(
        json.dumps({"openapi": "3.1.0", "info": {"title": "A"}, "paths": {"/a": {"get": {"responses": responses}}}})
    )
    result = _run(tmp_path, path)
    text = (tmp_path / "specs" / "a.yaml").read_text()
    assert cpf not in text
    assert "***.***.***-**" in text
    assert '"4111111111111111"' in text
    assert result.stderr.count("[import-masked]") == 1
    assert "3 values in examples" in result.stderr
    checked = CliRunner().invoke(cli, ["check", "--root", str(tmp_path), *TODAY], standalone_mode=False)
    assert "personal-data" not in checked.output


def test_a_document_without_a_title_asks_for_an_id(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("openapi: 3.1.0\ninfo: {version: '1'}\npaths: {}\n")
    assert "--id" in str(_run(tmp_path, path).exception)
    assert _run(tmp_path, path, "--id", "b").return_value == 0


def _contract_findings(root: Path, format_: str, path: Path) -> str:
    """Import a document, name it as the contract of the spec, and return the warnings and errors about it."""
    (spec,) = _imported(format_, path, root)
    (root / "specs" / "imported").mkdir()
    (root / "specs" / "imported" / path.name).write_bytes(path.read_bytes())
    with spec.open("a") as file:
        file.write(f"contract: {path.name}\nattachments:\n  - path: {path.name}\n")
    words = ["check", "--root", str(root), *TODAY, "--format", "concise"]
    output = CliRunner().invoke(cli, words, standalone_mode=False).output
    return "\n".join(line for line in output.splitlines() if re.search(r"(warning|error)\[contract-", line))


def test_an_imported_document_fits_itself_as_contract(tmp_path: Path) -> None:
    """With generated examples, and with templates that differ only in the names of their parameters."""

    def operation(required: str) -> dict[str, Any]:
        schema = {
            "type": "object",
            "required": [required],
            "properties": {required: {"type": "string", "pattern": "^[0-9]{4}$"}},
        }
        media = {"application/json": {"schema": schema}}
        return {
            "post": {"requestBody": {"content": media}, "responses": {"200": {"description": "d", "content": media}}}
        }

    paths = {"/{order}": operation("a"), "/{item}": operation("b")}
    path = tmp_path / "document.json"
    path.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths}))
    assert _contract_findings(tmp_path, "openapi", path) == ""


@pytest.mark.corpora
@pytest.mark.parametrize("format_", ["openapi", "asyncapi"])
def test_real_documents_fit_themselves_as_contracts(format_: str, tmp_path: Path) -> None:
    """No example that we generated is accused; what the vendor contradicts is information."""
    folder = CORPORA / format_
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder}; name their folder in INTEGRATION_SPECS_CORPORA")
    for number, path in enumerate(sorted(folder.iterdir())):
        root = tmp_path / str(number)
        root.mkdir()
        assert "contract-example" not in _contract_findings(root, format_, path), path


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
