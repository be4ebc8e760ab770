"""The public API: the examples of docs/api.md run, and errors are reported as `ProjectError`."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import integration_specs
from integration_specs import Project, ProjectError, open_project
from scratch import edit, repository

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 22)


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    return open_project(repository(tmp_path / "shop"))


def test_the_examples_of_the_documentation_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    for block in blocks:
        exec(compile(block, "docs/api.md", "exec"), names)  # noqa: S102 (our own documentation)
        assert capsys.readouterr().out.strip(), f"this example prints nothing:\n{block}"


def test_all_public_names_are_documented() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    methods = [name for name in vars(Project) if not name.startswith("_")]
    assert methods == ["specs", "check", "compare", "export", "site"]
    for name in [*methods, "open_project", "ProjectError"]:
        assert f"{name}(" in text or f"`{name}`" in text, name
    with pytest.raises(AttributeError):
        _ = integration_specs.frobnicate


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, integration_specs; print([m for m in sys.modules if m.startswith('integration_specs.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_check_and_compare_see_an_edit(shop: Project) -> None:
    assert shop.compare("HEAD", today=DAY).changes == ()
    path = shop.settings.specs_folder / "gateway.yaml"
    edit(shop.settings.root, path.relative_to(shop.settings.root).as_posix(), "system:", "x-note: new\nsystem:")
    comparison = shop.compare("HEAD", today=DAY)
    assert comparison.changed == ("gateway",)
    assert shop.check(DAY).findings == shop.check_catalog(shop.catalog(), DAY).findings


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda project: project.export("jsn"), "unknown format 'jsn'; did you mean `json`?"),
        (lambda project: project.export("json", ["gatway"]), "unknown spec 'gatway'; did you mean `gateway`?"),
        (lambda project: project.compare("no-such-branch"), "no-such-branch"),
        (lambda project: project.site(compare="no-such-branch"), "no-such-branch"),
    ],
)
def test_a_request_that_cannot_be_fulfilled_is_a_project_error(shop: Project, call: object, message: str) -> None:
    with pytest.raises(ProjectError) as error:
        call(shop)  # type: ignore[operator]
    assert message in str(error.value)


def test_a_project_without_specs_or_with_invalid_settings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="does not exist"):
        open_project(tmp_path)
    (tmp_path / "integration-specs.toml").write_text('[levels]\nfrobnicate = "off"\n', encoding="utf-8")
    with pytest.raises(ProjectError, match="unknown rule"):
        open_project(tmp_path)
