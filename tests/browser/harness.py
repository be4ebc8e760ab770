"""A folder served, a browser on it, and a watch that notes all that a good page never does."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

from browser import chromium

Size = Literal["phone", "desktop"]
SIZES: dict[Size, tuple[int, int]] = {"phone": (390, 844), "desktop": (1280, 900)}
OUR_HOST = "127.0.0.1"
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # A request to another host is noted and fails the test; it never leaves the machine either.
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {OUR_HOST}",
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: the tests' output is pytest's."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # with the usual 5, a busy machine resets connections of a page with many files


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve `folder` on a free port of this machine; yield the address, with a slash at its end."""
    with _Server((OUR_HOST, 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://{OUR_HOST}:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def launch(playwright: Playwright) -> Iterator[Browser]:
    """Start the machine's own Chromium, headless; FileNotFoundError, with what to type, if there is none."""
    path = chromium.find()
    if path is None:
        raise FileNotFoundError(chromium.MISSING)
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=path, headless=True, args=[*FLAGS, *root])
    try:
        yield browser
    finally:
        browser.close()


@dataclass(eq=False)  # not slotted: Playwright keeps notes on the object whose methods it calls
class Watch:
    """What went wrong in a browser context since it was made: one line each, in order."""

    problems: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        """Note a request to a host that is not ours; `data:`, `blob:` and `about:` ask no host."""
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.hostname != OUR_HOST:
            self.problems.append(f"asked another host: {request.url}")

    def console(self, message: ConsoleMessage) -> None:
        """Note what the page or the browser wrote to the console as an error."""
        if message.type == "error":
            self.problems.append(f"console error: {message.text} ({message.location.get('url', '')})")


def watch(context: BrowserContext) -> Watch:
    """Watch every page of `context`: errors on the console, uncaught exceptions, requests to other hosts."""
    seen = Watch()
    context.on("request", seen.request)
    context.on("console", seen.console)
    context.on("weberror", lambda error: seen.problems.append(f"uncaught exception: {error.error}"))
    return seen


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """A site as a visitor meets it: its folder, and its address with a slash at the end."""

    folder: Path
    url: str


class OpenPage(Protocol):
    """Makes a page; `options` go to Playwright (`color_scheme` ...). A page whose clock is set must be made for that."""

    def __call__(self, size: Size = "desktop", *, sets_clock: bool = False, **options: Any) -> Page: ...
