"""Small sites in temporary folders, built and served by the real programs."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.error import HTTPError

PROGRAMS = ("mkdocs", "properdocs")
_QUIET = {"DISABLE_MKDOCS_2_WARNING": "true", "NO_MKDOCS_2_WARNING": "1"}


def spec(system: str, *lines: str) -> str:
    """A draft, the least that is valid, with further lines."""
    return "\n".join([f"system: {json.dumps(system)}", "type: API", "status: draft", *lines]) + "\n"


def without_our_markup(text: str) -> str:
    """The text of a search entry without paragraphs and what is in it for finding only, which are all its markup."""
    return re.sub(r"</?p>|<p hidden>|<span hidden>|</span>", "", text)


@dataclass
class Folder:
    """A project with a `mkdocs.yml`, a `docs/` folder and `specs/`."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def configure(self, **settings: object) -> None:
        """Write `mkdocs.yml`: a foreign site's least, and `settings` on top."""
        config: dict[str, object] = {
            "site_name": "Foreign",
            "theme": {"name": "material", "font": False},
            "plugins": ["search", "integration-specs"],
        }
        config.update(settings)
        self.write("mkdocs.yml", json.dumps(config))  # JSON is YAML

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", program, *arguments, *(("-f", "mkdocs.yml") if program in PROGRAMS else ())],
            cwd=self.root,
            env={**os.environ, **_QUIET, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    def build(self, program: str = "mkdocs", *arguments: str) -> str:
        """Build, which must succeed; what the program log."""
        done = self.run(program, "build", *arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def page(self, address: str) -> str:
        return (self.root / "site" / address).read_text(encoding="utf-8")

    @contextmanager
    def serve(self, program: str = "mkdocs", *arguments: str) -> Iterator["Served"]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = self.root / "serve.log"
        with log.open("w") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", program, "serve", "-f", "mkdocs.yml", "-a", f"127.0.0.1:{port}", *arguments],
                cwd=self.root,
                env={**os.environ, **_QUIET, **self.environment},
                stdout=stream,
                stderr=stream,
            )
        try:
            yield Served(f"http://127.0.0.1:{port}/", process, log)
        finally:
            process.terminate()
            process.wait(20)


@dataclass
class Served:
    """A running server."""

    address: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def get(self, path: str, timeout: float = 10) -> tuple[int, str]:
        """Status and text; 0 when nobody answered in time."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=timeout) as answer:
                return answer.status, answer.read().decode("utf-8")
        except HTTPError as error:
            return error.code, error.read().decode("utf-8")
        except OSError:
            return 0, ""

    def until(self, path: str, pattern: str, within: float = 60) -> float:
        """Seconds until the page at `path`, or its text without tags, matches `pattern`; fails with the server's log after `within`."""
        start = time.monotonic()
        text = ""
        while time.monotonic() - start < within:
            assert self.process.poll() is None, f"the server died:\n{self.log.read_text()}"
            _, text = self.get(path, timeout=5)
            if re.search(pattern, text) or re.search(pattern, re.sub("<[^>]*>", "", text)):
                return time.monotonic() - start
            time.sleep(0.05)
        body = re.sub(r"(?s).*<article|<script.*?</script>", "", text)
        raise AssertionError(f"{path} never showed {pattern!r} but {body[:1500]!r}\n{self.log.read_text()}")


def nav_of(folder: Folder, page: str) -> str:
    """Return the entries of the navigation on a page, indented by their depth, with a mark at the current one."""
    html = folder.page(page)
    html = html[html.index("md-nav--primary") : html.index("<article")]
    html = html.split('md-sidebar--secondary"', 1)[0]
    html = re.sub(r'<nav class="md-nav md-nav--secondary".*?</nav>', "", html, flags=re.DOTALL)
    lines: list[str] = []
    depth, mark = 0, ""
    for tag in re.finditer(
        r'<nav |</nav>|<(?:a|label|span)[^>]*class="(md-nav__link[^"]*|md-ellipsis)"[^>]*>([^<]*)', html
    ):
        if tag[0].startswith("<nav"):
            depth += 1
        elif tag[0].startswith("</nav"):
            depth -= 1
        elif tag[1] == "md-ellipsis":
            lines.append("  " * depth + unescape(tag[2]).strip() + mark)
        else:
            mark = " *" if "md-nav__link--active" in tag[1] else ""
    return "\n".join(dict.fromkeys(lines))
