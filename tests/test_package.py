"""What we publish: the wheel holds all that the package reads, and works beside a foreign site."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from integration_specs.scaffold.project_files import own_files

ROOT = Path(__file__).parent.parent
LOWER_BOUND = re.compile(r"([A-Za-z0-9-]+)>=([0-9.]+)")

FOREIGN_SITE = """\
site_name: Somebody else's
theme: material
nav:
  - Home: index.md
plugins: [search, integration-specs]
"""


def _run(*command: str | Path, folder: Path = ROOT, **environment: str) -> str:
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {key.lower().replace("_", "-"): version for key, _, version in (line.partition("==") for line in lines)}


def _version(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in text.split(".") if part.isdigit()]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def test_the_lowest_leg_has_exactly_the_lower_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = _pins("constraints-lowest.txt")
    for requirement in project["dependencies"]:
        bound = LOWER_BOUND.match(requirement)
        assert bound, f"{requirement} needs a lower bound"
        name, lowest = bound[1], bound[2]
        assert _version(pins[name.lower()]) == _version(lowest), f"`make pin`: {name} is not at {lowest}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.packaging
def test_the_wheel_holds_the_package_and_the_schema_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {name for name in names if ".dist-info/" not in name}
    tracked = _run(
        "git", "ls-files", "--cached", "--others", "--exclude-standard", "plugins/integration_specs", "schema"
    )
    expected = {
        re.sub(r"^schema/", "integration_specs/schema/", name.removeprefix("plugins/"))
        for name in tracked.splitlines()
        if (ROOT / name).exists()
    }
    copied = {name for ci in ("github", "gitlab") for name in own_files(ci)}
    expected |= {f"integration_specs/scaffold/shared/{name.removeprefix('.')}" for name in copied}
    assert ours == expected
    assert "integration_specs/schema/integration-spec.schema.json" in ours
    assert any(name.endswith("/licenses/LICENSE") for name in names)


@pytest.mark.packaging
def test_the_wheel_works_beside_a_foreign_site(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    libraries = Path(_run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    _run(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        libraries,
        wheel,
    )
    # Our own environment lends what we depend on, behind the new one's folder: no second download. It does not lend
    # its editable install: a .pth file is not read inside a folder that a .pth file names.
    (libraries / "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")

    site = tmp_path / "foreign"
    (site / "docs").mkdir(parents=True)
    (site / "docs" / "index.md").write_text("# Ours\n", encoding="utf-8")
    (site / "mkdocs.yml").write_text(FOREIGN_SITE, encoding="utf-8")
    shutil.copytree(ROOT / "specs", site / "specs")
    shutil.copy(ROOT / "integration-specs.toml", site)
    specs = sorted(path.stem for path in (site / "specs").glob("*.yaml") if path.stem != "owners")
    assert specs

    clean = {"PYTHONPATH": "", "NO_MKDOCS_2_WARNING": "1"}
    where = _run(python, "-c", "import integration_specs as it; print(it.__file__)", folder=site, **clean)
    assert Path(where.strip()).is_relative_to(libraries)
    _run(python, libraries / "bin" / "integration-specs", "check", folder=site, **clean)
    _run(python, "-m", "mkdocs", "build", "--strict", folder=site, **clean)
    pages = {path.parent.name for path in (site / "site").rglob("index.html")}
    assert pages.issuperset(specs)
