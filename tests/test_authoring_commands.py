"""The commands that people type all day: check with its options, explain, rules, list, show, completion."""

import json
import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from integration_specs.commands import fmt
from integration_specs.documents.code_frame import cells
from integration_specs.documents.fixes import fix_file
from integration_specs.findings import Finding, Span
from integration_specs.project.rules import rule_texts
from integration_specs.project.workspace import Workspace
from integration_specs.settings import Settings
from integration_specs.site import RuleText
from integration_specs.validation.schema import read_schema

TODAY = ("--today", "2026-11-22")
FAULTY = "System: Acme\ntype: rest\nstatus: wip\nlast-updated: 22/11/2026\ntags: pay, in\nvendor:\n  docs: docs.example.com\n"


def run(*arguments: str, text: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command with nothing on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "integration_specs", *arguments],
        capture_output=True,
        text=text,
        encoding="utf-8" if text else None,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "acme.yaml").write_text(FAULTY)
    return tmp_path


def findings(project: Path, *options: str) -> list[str]:
    found = json.loads(run("check", "--root", str(project), "--format", "json", *TODAY, *options).stdout)["findings"]
    return [finding["rule"] for finding in found]


def test_fix_changes_only_what_is_unambiguous(project: Path) -> None:
    result = run("check", "--root", str(project), "--fix", "--format", "concise", *TODAY)
    assert "specs/acme.yaml:7:9 error[wrong-address]" in result.stdout
    assert result.stderr.startswith("Fixed 5 problems in specs/acme.yaml\n")
    assert (project / "specs" / "acme.yaml").read_text() == (
        "system: Acme\ntype: API\nstatus: draft\nlast_updated: 2026-11-22\ntags: [pay, in]\n"
        "vendor:\n  docs: docs.example.com\n"
    )
    assert result.returncode == 1


def test_fix_says_how_many_guesses_it_leaves(project: Path) -> None:
    path, left = project / "specs" / "acme.yaml", 'Left {} with "did you mean": --fix does not apply guesses\n'
    assert "Left" not in run("check", "--root", str(project), "--fix", *TODAY).stderr
    for methods, number in (("GTE", "1 problem"), ("GTE POTS", "2 problems")):
        calls = "".join(f"  - method: {each}\n    path: /{each}\n" for each in methods.split())
        text = f"system: Acme\ntype: API\nstatus: draft\nendpoints:\n{calls}"
        path.write_text(text)
        assert "Left" not in run("check", "--root", str(project), *TODAY).stderr
        result = run("check", "--root", str(project), "--fix", *TODAY)
        assert result.stderr == left.format(number)
        assert path.read_text() == text


def test_fix_does_not_write_one_key_twice(project: Path) -> None:
    path = project / "specs" / "acme.yaml"
    path.write_text(
        "system: A\ntype: API\nstatus: draft\nerros:\n  dlq: none\nretries:\n  summary: x\ndlq: kept\nversao: '2'\n"
    )
    result = run("check", "--root", str(project), "--fix", "--format", "concise", *TODAY)
    assert path.read_text() == (
        "system: A\ntype: API\nstatus: draft\nerror_handling:\n  dead_letter: none\nretries:\n  summary: x\ndlq: kept\n"
        "api_version:\n  pinned: '2'\n"
    )
    assert "6:1 error[unknown-key]" in result.stdout
    assert "8:1 error[unknown-key]" in result.stdout


def test_a_fix_that_does_not_fit_to_another_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\nb: 2\nc: 3\n")
    fixes = [Finding("x", "error", "", "x.yaml", Span(line, 1, line, 2), fix="key") for line in (1, 3)]
    fixes.append(Finding("x", "error", "", "x.yaml", Span(2, 4, 2, 5), fix="9"))
    assert fix_file(path, fixes) == 2
    assert path.read_text() == "key: 1\nb: 9\nc: 3\n"


def test_fix_keeps_what_an_editor_saved_meanwhile(project: Path) -> None:
    path = project / "specs" / "acme.yaml"
    result = Workspace(Settings(root=project)).check(date(2026, 11, 22))
    newer = "# newer\n" + FAULTY
    path.write_text(newer)
    with pytest.raises(OSError, match="another program has just saved it"):
        fix_file(path, result.findings, result.texts["specs/acme.yaml"])
    assert path.read_text() == newer
    assert fix_file(path, result.findings) > 0


def test_fmt_keeps_what_an_editor_saved_meanwhile(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project / "specs" / "acme.yaml"
    text = "type: API\nsystem: A\nstatus: draft\n"

    def saved_meanwhile(*arguments: object) -> str:
        path.write_text("# newer\n" + text)
        return "old"

    path.write_text(text)
    monkeypatch.setattr(fmt, "format_document", saved_meanwhile)
    result = CliRunner().invoke(fmt.command, ["--root", str(project)])
    assert result.exit_code != 0
    assert "specs/acme.yaml is unchanged: another program has just saved it; run the command again" in result.output
    assert path.read_text() == "# newer\n" + text
    assert [each.name for each in path.parent.iterdir()] == ["acme.yaml"]


def test_fmt_formats_a_spec_by_its_id(project: Path) -> None:
    path = project / "specs" / "acme.yaml"
    path.write_text("type: API\nsystem: A\nstatus: draft\n")
    assert run("fmt", "--root", str(project), "acme").returncode == 0
    assert path.read_text().startswith("system: A\n")
    assert "there is no file or spec acne; did you mean `acme`?" in run("fmt", "--root", str(project), "acne").stderr


def test_a_misspelt_command_names_the_one_that_is_meant() -> None:
    result = run("chek")
    assert result.returncode == 2
    assert "No such command 'chek'; did you mean `check`?" in result.stderr
    assert "No such command 'zzzz'." in run("zzzz").stderr


def test_fix_of_selected_rules_leaves_the_others(project: Path) -> None:
    run("check", "--root", str(project), "--fix", "--select", "not-allowed", *TODAY)
    assert (project / "specs" / "acme.yaml").read_text() == FAULTY.replace("rest", "API").replace("wip", "draft")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_fix_keeps_line_endings_and_byte_order_mark(project: Path, ending: str, mark: str) -> None:
    path = project / "specs" / "acme.yaml"
    source = mark + ending.join(["system: Ácme  # ours", "type: Api", "status: draft", "webhooks:", "  - name: x", ""])
    path.write_bytes(source.encode())
    run("check", "--root", str(project), "--fix", *TODAY)
    moved = ending.join(["events:", "  received:", "    - name: x", ""])
    assert path.read_bytes() == (source.replace("Api", "API").partition("webhooks")[0] + moved).encode()


def test_fix_never_writes_through_a_link(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    (project / "specs" / "acme.yaml").rename(outside)
    (project / "specs" / "acme.yaml").symlink_to(outside)
    run("check", "--root", str(project), "--fix", *TODAY)
    assert outside.read_text() == FAULTY


def test_fix_that_cannot_be_written_leaves_the_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from integration_specs.documents import fixes
    from integration_specs.project.workspace import Workspace
    from integration_specs.settings import Settings

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    found = Workspace(Settings(root=project)).catalog().findings
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        fixes.fix_file(project / "specs" / "acme.yaml", found)
    assert (project / "specs" / "acme.yaml").read_text() == FAULTY


def test_a_draft_shows_what_is_missing_to_become_active(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    purpose = "purpose:\n  why: 'TODO(2027-01-31, payments): why?'\n"
    draft = f"system: Shop\ntype: API\nstatus: draft\n{purpose}endpoints: []\n"
    (tmp_path / "specs" / "shop.yaml").write_text(draft)
    root = ("--root", str(tmp_path))
    progress = f"1 open question; sections 2–3, 5–{len(read_schema().sections)} not written"
    assert progress in run("check", "shop", *root, *TODAY).stdout
    assert progress in run("show", "shop", *root).stdout
    result = run("check", "--status", "active", "shop", *root, *TODAY)
    assert result.returncode == 1
    assert "missing-key" in result.stdout
    assert progress not in result.stdout
    assert run("check", "--status", "active", *root).returncode == 2
    full = (Path(__file__).parent.parent / "specs" / "pagar-me.yaml").read_text(encoding="utf-8")
    without = "".join(line for line in full.splitlines(keepends=True) if not line.startswith("status:"))
    (tmp_path / "specs" / "full.yaml").write_text(without, encoding="utf-8")
    assert "internal-error" not in run("check", "--status", "deprecated", "full", *root, *TODAY).stdout
    unknown = run("check", "shopp", *root)
    assert unknown.returncode == 2
    assert "did you mean `shop`?" in unknown.stderr


def test_what_is_named_is_checked_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("specs/pay/bank.yaml", "specs/shop.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("system: Shop\ntype: API\nstatus: draft\nendpoints: []\n")
    (tmp_path / "specs" / "shop").mkdir()
    (tmp_path / "specs" / "shop" / "contract.yaml").write_text("openapi: 3.1.0\n")
    (tmp_path / "specs" / "notes.txt").write_text("Ours\n")
    (tmp_path / "README.md").write_text("# Ours\n")
    (tmp_path / "CODEOWNERS").write_text("* @example/payments\n")

    def check(file: str) -> subprocess.CompletedProcess[str]:
        return run("check", file, *TODAY)

    for file, specs in {
        "specs": "2 specs",
        "specs/pay": "1 spec,",
        ".": "2 specs",
        "specs/pay/../shop.yaml": "1 spec,",
        str(tmp_path / "specs" / "shop.yaml"): "1 spec,",
        "bank": "1 spec,",
        "specs/shop/contract.yaml": "1 spec,",
        "CODEOWNERS": "0 specs",
    }.items():
        assert f"checked {specs}" in check(file).stdout
    for file, reason in {
        "README.md": "README.md is not checked: it is not in a folder of specs (specs)",
        "specs/shop": "there are no specs in the folder specs/shop",
        "specs/notes.txt": "specs/notes.txt is not checked: it is not a spec, and not in the folder of one",
        "specs/nothing.yaml": "there is no file or spec specs/nothing.yaml",
    }.items():
        result = check(file)
        assert (result.returncode, result.stdout) == (2, "")
        assert reason in result.stderr


def test_a_contract_whose_spec_was_removed_is_one_error(project: Path) -> None:
    folder = project / "specs" / "gone"
    folder.mkdir()
    (folder / "contract.yaml").write_text("openapi: 3.1.0\ninfo: {title: Gone, version: '1'}\npaths: {}\n")
    done = run("check", "--root", str(project), str(folder / "contract.yaml"), "--format", "json")
    assert [each["rule"] for each in json.loads(done.stdout)["findings"]] == ["contract-without-spec"]


def test_select_and_ignore(project: Path) -> None:
    everything = findings(project)
    assert "not-allowed" in everything
    assert set(findings(project, "--select", "not-allowed")) == {"not-allowed"}
    assert findings(project, "--ignore", "not-allowed") == [rule for rule in everything if rule != "not-allowed"]
    result = run("check", "--root", str(project), "--select", "not-alowed")
    assert (result.returncode, result.stdout) == (2, "")
    assert "did you mean `not-allowed`?" in result.stderr


@pytest.mark.parametrize(
    ("spec", "level", "status"),
    [
        ("system: A\ntype: API\n", "error", 1),
        ("system: A\ntype: API\n", "never", 0),
        ("system: no\ntype: API\nstatus: draft\n", "error", 0),
        ("system: no\ntype: API\nstatus: draft\n", "warning", 1),
    ],
)
def test_fail_on(project: Path, spec: str, level: str, status: int) -> None:
    (project / "specs" / "acme.yaml").write_text(spec)
    (project / "specs" / "owners.yaml").write_text("owners: {}\n")
    result = run("check", "--root", str(project), "--fail-on", level, *TODAY)
    assert result.returncode == status, result.stdout


@pytest.mark.case("C5")
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_output_encoding_any_width_no_colour_no_traceback(project: Path, encoding: str) -> None:
    (project / "specs" / "acme.yaml").write_text("system: Ação → 支払い 😀\ntype: Apí\n", encoding="utf-8")
    for columns in ("40", "100"):
        result = subprocess.run(
            [sys.executable, "-m", "integration_specs", "check", "--root", str(project), *TODAY],
            capture_output=True,
            check=False,
            env=os.environ | {"PYTHONIOENCODING": encoding, "COLUMNS": columns},
        )
        assert result.returncode == 1
        assert b"\x1b" not in result.stdout
        assert result.stderr == b""
        framed = [line for line in result.stdout.decode(encoding).splitlines() if line.startswith(" ")]
        if encoding == "utf-8":
            assert max(map(cells, framed)) <= int(columns)


@pytest.mark.case("C5")
def test_a_reader_who_leaves_early_is_no_error(project: Path) -> None:
    (project / "specs" / "acme.yaml").write_text("system: A\ntype: API\nstatus: draft\n")
    for number in range(200):
        (project / "specs" / f"s{number}.yaml").write_text(FAULTY)
    command = f"{sys.executable} -m integration_specs check --root {project} | head -1"
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert result.stderr == ""
    assert len(result.stdout.splitlines()) == 1


def on_terminal(*arguments: str, **environment: str) -> str:
    """What the command writes to a terminal."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "integration_specs", *arguments],
        stdin=other,
        stdout=other,
        stderr=other,
        env={key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
        | {"TERM": "xterm"}
        | environment,
    )
    os.close(other)
    pieces = []
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(main)
    process.wait(60)
    return b"".join(pieces).decode()


def test_colours_on_a_terminal_unless_somebody_minds(project: Path) -> None:
    check = ("check", "--root", str(project), *TODAY)
    assert "\x1b[1;31m" in on_terminal(*check)
    assert "\x1b" not in on_terminal(*check, NO_COLOR="1")
    assert "\x1b" not in on_terminal(*check, TERM="dumb")


def test_long_work_shows_how_far_it_is_on_a_terminal_only(project: Path) -> None:
    assert "Reading specs" not in on_terminal("check", "--root", str(project), *TODAY)
    for number in range(120):
        (project / "specs" / f"s{number}.yaml").write_text("system: A\ntype: API\nstatus: draft\n")
    check = ("check", "--root", str(project), "--select", "unknown-key", *TODAY)
    assert "Reading specs" in on_terminal(*check)
    assert run(*check).stderr == ""


@pytest.mark.case("C6")
def test_control_characters_of_a_spec_never_reach_the_terminal(project: Path) -> None:
    text = 'system: "a\\u001b[31m"\ntype: "API\\n::error::x"\n"k\\u0007\\n::error": 1\nstatus: draft\n'
    (project / "specs" / "acme.yaml").write_text(text)
    for format_ in ("text", "concise", "json"):
        result = run("check", "--root", str(project), "--format", format_, *TODAY)
        assert result.returncode == 1
        assert not {"\x1b", "\x07"} & set(result.stdout)
        assert not [line for line in result.stdout.splitlines() if line.lstrip().startswith("::")]


@pytest.mark.parametrize("rule", rule_texts(), ids=lambda rule: rule.name)
def test_every_rule_has_all_that_explain_prints(rule: RuleText) -> None:
    assert rule.summary
    assert rule.why
    if rule.command == "diff":  # nothing before an addition, nothing after a removal
        assert rule.bad != rule.good
    elif rule.name != "more-findings":
        assert rule.bad
        assert rule.good


def test_a_commit_that_was_green_stays_green_on_its_own_day(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    spec = "system: Acme\ntype: API\nstatus: draft\napi_version:\n  sunset: 2027-06-01\n"
    (tmp_path / "specs" / "acme.yaml").write_text(spec)
    command = ("check", "--root", str(tmp_path), "--format", "json")
    for epoch, due in (("1795305600", False), ("1893456000", True)):
        found = json.loads(run(*command, SOURCE_DATE_EPOCH=epoch).stdout)["findings"]
        assert ("expiry" in [each["rule"] for each in found]) is due
    named = json.loads(run(*command, *TODAY, SOURCE_DATE_EPOCH="1893456000").stdout)["findings"]
    assert "expiry" not in [each["rule"] for each in named]
    refused = run(*command, SOURCE_DATE_EPOCH="tomorrow")
    assert (refused.returncode, "SOURCE_DATE_EPOCH must be" in refused.stderr) == (2, True)


def test_explain(tmp_path: Path) -> None:
    result = run("explain", "unknown-key", "token-lifetime-shortened")
    assert result.returncode == 0
    assert "error[unknown-key] The key is not part of the format." in result.stdout
    assert "  ownr: payments\n" in result.stdout
    assert "risky[token-lifetime-shortened]" in result.stdout
    assert '[diff_levels]\n  token-lifetime-shortened = "risky"  # or breaking, safe, editorial, off\n' in result.stdout
    secret = run("explain", "secret").stdout
    assert '"off"' not in secret
    assert "secrets_baseline" in secret
    wrong = run("explain", "unknown-kye")
    assert wrong.returncode == 2
    assert "did you mean `unknown-key`?" in wrong.stderr


def test_rules_finds_by_word() -> None:
    everything, some = run("rules"), run("rules", "duplicate", "key")
    assert [name for name in (rule.name for rule in rule_texts()) if f"  {name} " not in everything.stdout] == []
    assert "yaml-duplicate-key" in some.stdout
    assert "duplicate-id" not in some.stdout


def test_list_and_show(root: Path) -> None:
    table = run("list", "--root", str(root), COLUMNS="100").stdout
    for path in (root / "specs").glob("*.yaml"):
        assert (path.stem in table) == (path.stem != "owners")
    assert "pagar-me" not in run("list", "--root", str(root), "--status", "draft").stdout
    card = run("show", "pagar-me", "--root", str(root)).stdout
    assert "specs/pagar-me.yaml" in card
    assert "GET /orders/{order_id}" in card
    assert ". Maintenance and monitoring" in card
    assert "Contact Payments team: pager" in card
    wrong = run("show", "pagarme", "--root", str(root))
    assert wrong.returncode == 2
    assert "did you mean `pagar-me`?" in wrong.stderr


def test_list_and_show_of_a_broken_spec(project: Path) -> None:
    assert "acme  broken: " in run("list", "--root", str(project)).stdout
    result = run("show", "acme", "--root", str(project))
    assert result.returncode == 1
    assert "specs/acme.yaml:1:1: error[unknown-key]" in result.stdout


@pytest.mark.parametrize(
    ("words", "expected"), [("explain unknown-k", "unknown-key"), ("show pag", "pagar-me"), ("chec", "check")]
)
def test_completion_completes(root: Path, words: str, expected: str) -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("integration-specs")],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env=os.environ
        | {
            "_INTEGRATION_SPECS_COMPLETE": "bash_complete",
            "COMP_WORDS": f"integration-specs {words}",
            "COMP_CWORD": str(len(words.split())),
        },
    )
    assert f"plain,{expected}" in result.stdout.splitlines()


def test_completion_script_is_one_that_bash_reads(tmp_path: Path) -> None:
    script = tmp_path / "completion"
    script.write_text(run("completion", "bash").stdout)
    check = f"source {script} && complete -p integration-specs"
    result = subprocess.run(["bash", "-c", check], capture_output=True, text=True, check=False)
    assert "_integration_specs_completion" in result.stdout, result.stderr
    assert "#compdef integration-specs" in run("completion", "zsh").stdout
    assert "complete --no-files --command integration-specs" in run("completion", "fish").stdout


def test_fix_renames_an_owner_and_every_reference_to_it(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    owner = "  Operações:\n    name: Operações\n    kind: team\n    contacts: [{channel: email, address: ops@example.com}]\n"
    person = "  ana:\n    name: Ana\n    kind: person\n    member_of: [Operações]\n    escalation: [Operações]\n"
    (specs / "owners.yaml").write_text(f"owners:\n{owner}{person}approvers:\n  security: Operações\n", encoding="utf-8")
    spec = "system: Acme\ntype: API\nstatus: draft\nowner: Operações\npurpose:\n  why: Operações asked for it.\n"
    (specs / "acme.yaml").write_text(spec, encoding="utf-8")
    result = run("check", "--root", str(tmp_path), "--fix")
    owners = (specs / "owners.yaml").read_text(encoding="utf-8")
    assert "  operacoes:\n    name: Operações\n" in owners, result.stdout
    assert "member_of: [operacoes]" in owners
    assert "escalation: [operacoes]" in owners
    assert "security: operacoes" in owners
    assert (specs / "acme.yaml").read_text(encoding="utf-8") == spec.replace("owner: Operações", "owner: operacoes")


@pytest.mark.parametrize(
    ("owners", "spec"),
    [
        ("  Ops:\n    name: Ops\n    kind: team\n", 'purpose:\n  why: "TODO(2099-03-31, Ops): why?"\n'),
        ("  Ops:\n    name: Ops\n    kind: team\n  ops:\n    name: Others\n    kind: team\n", "owner: ops\n"),
        ("  Ops:\n    name: Ops\n    kind: team\n  OPS:\n    name: Others\n    kind: team\n", "owner: ops\n"),
    ],
    ids=["named by a TODO", "taken", "two for one name"],
)
def test_fix_renames_no_owner_whose_references_would_break(tmp_path: Path, owners: str, spec: str) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "owners.yaml").write_text(f"owners:\n{owners}", encoding="utf-8")
    (specs / "acme.yaml").write_text(f"system: Acme\ntype: API\nstatus: draft\n{spec}", encoding="utf-8")
    run("check", "--root", str(tmp_path), "--fix")
    assert (specs / "owners.yaml").read_text(encoding="utf-8") == f"owners:\n{owners}"


def test_help_lists_every_command_with_a_whole_sentence() -> None:
    lines = run("--help", COLUMNS="80").stdout.partition("Commands:")[2].splitlines()
    assert sum(line.startswith("  check") for line in lines) == 2
    assert [line for line in lines if line.endswith("...")] == []


def test_a_command_offers_the_formats_that_it_can_write() -> None:
    offered = {name: run(name, "--help", COLUMNS="200").stdout for name in ("check", "verify", "diff")}
    assert {name: "changelog" in text for name, text in offered.items()} == {
        "check": False,
        "verify": False,
        "diff": True,
    }
    assert all("sarif" in text for text in offered.values())
    refused = run("check", "--format", "changelog")
    assert refused.returncode == 2
    assert "'changelog' is not one of" in refused.stderr
