"""For every test: no way out of this machine, a quiet MkDocs, the same examples on every run of CI."""

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import soak

ROOT = Path(__file__).parent.parent

# The time of one example says more about the machine than about us: no deadlines.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

# The day of the commit counts as today: a commit that was green stays green, though reviews and questions fall due.
if "SOURCE_DATE_EPOCH" not in os.environ:
    _log = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    if _log.returncode == 0:
        os.environ["SOURCE_DATE_EPOCH"] = _log.stdout.strip()


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """A function that records how many inputs a test tried, and its worst value, for the results in docs/reliability.md."""

    def record(name: str, count: int, worst: float = 0.0) -> None:
        assert name in soak.MEASURES
        record_property(f"measure:{name}", f"{count} {worst}")

    return record


@pytest.fixture(autouse=True)
def _quiet_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    for name in ("CI", "COLUMNS", "FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere but this machine is a bug of ours: it fails at once and names the address."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test tried to connect to {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)
