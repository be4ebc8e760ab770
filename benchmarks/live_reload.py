"""From the save of a spec to its page over HTTP: `mkdocs serve`, asked as a browser would."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

from .measure import Failed, env

_PATIENCE = 300.0


def seconds_to_page(project: Path, saves: int = 5) -> float:
    """The median seconds from writing one spec of `project` to its page with the new text. Raises `Failed`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = project / ".served"
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=project, stdout=out, stderr=subprocess.STDOUT, env=env())
        try:
            page = f"http://127.0.0.1:{port}/system-00001/"
            _wait_for(page, "system-00001", server)
            return median([_one_save(project, page, number, server) for number in range(saves)])
        finally:
            server.terminate()
            server.wait(30)
            log.unlink()


def _one_save(project: Path, page: str, number: int, server: "subprocess.Popen[bytes]") -> float:
    time.sleep(1.5)  # the last change is done with
    path = project / "specs" / "system-00001.yaml"
    text = path.read_text(encoding="utf-8")
    word = f"Seen{number}x{time.time_ns()}"
    start = time.perf_counter()
    path.write_text(text.replace("  why: ", f"  why: {word} ", 1), encoding="utf-8")
    _wait_for(page, word, server)
    seconds = time.perf_counter() - start
    path.write_text(text, encoding="utf-8")
    return seconds


def _wait_for(page: str, word: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(page, timeout=30) as answer:
                if word.encode() in answer.read():
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.02)
    raise Failed(f"the server never showed {word}")
