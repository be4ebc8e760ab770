"""Find a Chromium on this machine, or install Debian's; `make test` runs this file as a command."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = """\
The browser tests need Chromium or Google Chrome, and none was found. Install it:
  Debian, Ubuntu:  sudo apt-get install chromium
  macOS:           brew install --cask google-chrome
or say where it is:  CHROMIUM=/path/to/chromium make test"""


def find() -> str | None:
    """Return the path of a browser that starts, or None; CHROMIUM, if set, is the only candidate."""
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    named = os.environ.get("CHROMIUM")
    if named:
        yield named
        return
    yield from filter(None, map(shutil.which, COMMANDS))
    yield from (path for path in APPLICATIONS if Path(path).exists())


def _starts(path: str) -> bool:
    # Ubuntu's `chromium-browser` may be a stub that only says how to install the real one.
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def install() -> bool:
    """Install Debian's package if we are root on Debian; return whether that was tried."""
    if os.environ.get("CHROMIUM") or os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return False
    print("No Chromium found: installing Debian's package", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    packages = ["chromium", "fonts-liberation"]
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], env=environment, stdin=subprocess.DEVNULL, check=False)
    return True


def main() -> int:
    """Say which browser the tests will use, installing it where we may; 1 if there is none."""
    path = find()
    if path is None and install():
        path = find()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 1
    print(f"Browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
