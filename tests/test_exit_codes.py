"""One table of exit codes holds for all commands: 0 success, 1 findings, 2 could not run."""

import subprocess
import sys
from pathlib import Path

import pytest

import scratch
from integration_specs import registry
from integration_specs.cli import _command_name

OWNERS = (
    "owners:\n  payments:\n    name: Payments team\n    kind: team\n    contacts: [{channel: slack, address: '#pay'}]\n"
)
VALID = "system: Acme\ntype: API\nowner: payments\nstatus: draft\n"
CODES: dict[str, dict[int, tuple[str, ...]]] = {
    "affected": {0: ("acme",), 2: ("unknown",)},
    "check": {0: ("acme",), 1: ("broken",), 2: ("unknown",)},
    "check-site": {1: ("valid",), 2: ("unknown",)},
    "ci": {0: ("--base", "HEAD", "--root", "valid"), 1: ("--base", "HEAD"), 2: ("--base", "unknown")},
    "completion": {0: ("bash",), 2: ("csh",)},
    "diff": {0: ("HEAD",), 2: ("unknown",)},
    "doctor": {1: ("--root", "empty")},
    "explain": {0: ("secret",), 2: ("unknown",)},
    "export": {0: ("json", "acme"), 1: ("json",), 2: ("json", "unknown")},
    "fmt": {0: ("specs/acme.yaml",), 1: ("specs/unreadable.yaml",), 2: ("specs/unknown.yaml",)},
    "import": {1: ("openapi", "specs/acme.yaml"), 2: ("openapi", "unknown.yaml")},
    "init": {0: ("new",), 2: ("--check", "new")},
    "list": {0: (), 2: ("--root", "empty")},
    "mcp": {2: ("--root", "empty")},
    "new": {0: ("next", "--system", "Next", "--type", "API"), 2: ("acme", "--system", "Acme", "--type", "API")},
    "render": {
        0: ("--out", "out", "--root", "valid"),
        1: ("--out", "out"),
        2: ("--out", "out", "--compare", "unknown"),
    },
    "rules": {0: ("secret",), 2: ("--unknown",)},
    "show": {0: ("acme",), 1: ("broken",), 2: ("unknown",)},
    "template": {0: (), 2: ("--unknown",)},
    "verify": {2: ("unknown",)},
}
"""Arguments of each command by exit code, in a project with a valid spec and two invalid ones."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, specs in (("", ("acme", "broken", "unreadable")), ("valid", ("acme",))):
        (folder / name / "specs").mkdir(parents=True)
        (folder / name / "specs" / "owners.yaml").write_text(OWNERS)
        for spec in specs:
            text = {"acme": VALID, "broken": VALID.replace("API", "Fax"), "unreadable": VALID + "- x\n"}[spec]
            (folder / name / "specs" / f"{spec}.yaml").write_text(text)
    (folder / "empty").mkdir()
    scratch.git(folder, "init", "-q", "-b", "main")
    return scratch.commit(folder, "Start")


def test_the_table_has_every_command() -> None:
    assert CODES.keys() == {_command_name(name) for name in registry.names("commands")}


@pytest.mark.parametrize(
    ("command", "code"), [(command, code) for command, codes in CODES.items() for code in codes], ids=str
)
def test_a_command_exits_with_the_code_of_the_table(command: str, code: int, project: Path) -> None:
    result = scratch.run_process(project, command, *CODES[command][code])
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    if code == 2:
        assert result.stdout == ""
        assert result.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_change_the_exit_code(closed: str, project: Path) -> None:
    for arguments, code in (("check acme", 0), ("check broken", 1), ("check unknown", 2)):
        command = f"'{sys.executable}' -m integration_specs {arguments} {closed}"
        done = subprocess.run(["bash", "-c", command], cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == code
        assert "Traceback" not in done.stderr
