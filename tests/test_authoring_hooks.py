"""The hooks for pre-commit, run by pre-commit itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.dev

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


class Repository:
    """A scratch repository with our hooks; they run the installed command instead of installing one from a registry."""

    def __init__(self, folder: Path, hooks: list[dict[str, object]]) -> None:
        self.folder = folder
        local = [{**hook, "language": "system", "entry": f"{BIN}/{hook['entry']}"} for hook in hooks]
        for hook in local:
            hook.pop("additional_dependencies", None)
        (folder / "specs").mkdir(parents=True)
        (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": local}]}))
        self.git("init", "-q")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.folder), *arguments], check=True, capture_output=True)

    def run(self) -> subprocess.CompletedProcess[str]:
        """What a commit would hear."""
        self.git("add", "-A")
        return subprocess.run(
            [BIN / "pre-commit", "run", "--color", "never"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PRE_COMMIT_HOME": str(self.folder.parent / "home")},
        )


def hooks_of(path: Path) -> list[dict[str, object]]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content if isinstance(content, list) else [hook for repo in content["repos"] for hook in repo["hooks"]]


@pytest.mark.parametrize(
    "manifest", [".pre-commit-hooks.yaml", "plugins/integration_specs/scaffold/starter/dot-pre-commit-config.yaml"]
)
def test_a_commit_is_formatted_and_checked(tmp_path: Path, manifest: str) -> None:
    hooks = hooks_of(ROOT / manifest)
    assert {hook["language"] for hook in hooks} == {"python"}
    repository = Repository(tmp_path / "scratch", hooks)
    spec = repository.folder / "specs" / "acme.yaml"
    attachment = repository.folder / "specs" / "acme" / "contract.yaml"
    attachment.parent.mkdir()
    attachment.write_text("openapi:   3.1.0\n")
    (repository.folder / "specs" / "owners.yaml").write_text("owners:\n  payments:\n    name: P\n    kind: team\n")

    spec.write_text("type: API\nsystem:   Acme\nstatus: draft\n")
    first = repository.run()
    assert first.returncode == 1
    assert "files were modified by this hook" in first.stdout
    assert spec.read_text() == "system: Acme\ntype: API\nstatus: draft\n"
    assert attachment.read_text() == "openapi:   3.1.0\n"
    second = repository.run()
    assert second.returncode == 0, second.stdout

    inner = repository.folder / "specs" / "payments" / "pay.yaml"
    inner.parent.mkdir()
    inner.write_text("type: API\nsystem:   Pay\nstatus: draft\n")
    assert repository.run().returncode == 1
    assert inner.read_text() == "system: Pay\ntype: API\nstatus: draft\n"

    spec.write_text("system: Acme\ntype: Fax\nstatus: draft\n")
    third = repository.run()
    assert third.returncode == 1
    assert "specs/acme.yaml:2:7: error[not-allowed]" in third.stdout

    spec.write_text("system: Acme\ntype: API\nstatus: draft\n")
    (repository.folder / "README.md").write_text("nothing for the hooks\n")
    repository.git("add", "-A")
    repository.git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-qm", "x")
    (repository.folder / "README.md").write_text("still nothing\n")
    assert repository.run().stdout.count("Skipped") == len(hooks)
    (repository.folder / "specs" / "acme" / "layout.csv").write_text("field,from,to\n")
    assert repository.run().stdout.count("Skipped") == len(hooks) - 1


def test_the_manifest_is_one_that_pre_commit_reads() -> None:
    result = subprocess.run(
        [BIN / "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
