"""What we publish: the wheel holds all that the package reads, and works beside a foreign site."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOWER_BOUND = re.compile(r"([A-Za-z0-9-]+)>=([0-9.]+)")


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
    assert ours == expected
    assert "integration_specs/schema/integration-spec.schema.json" in ours
    assert any(name.endswith("/licenses/LICENSE") for name in names)
