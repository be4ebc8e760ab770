"""Keep `mkdocs serve` running: show a failed build as a page, and watch what was deleted and created again.

MkDocs 1.6.1 does not: after a build that raised, every request waits until the next build succeeds; a watched file or folder
that was deleted is never watched again; a terminated server leaves its site in the temporary folder.
"""

import signal
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

from watchdog.utils.dirsnapshot import DirectorySnapshot, EmptyDirectorySnapshot


def failure_page(message: str) -> str:
    """Return a page with the message, in English like those of a terminal, without theme or script; it reloads itself until the build succeeds."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="refresh" content="2"><meta name="viewport" content="width=device-width,initial-scale=1">'
        "<title>Build failed</title><style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;"
        "padding:0 1rem;color-scheme:light dark}pre{white-space:pre-wrap;border-left:4px solid #c62828;padding:1rem}"
        "</style></head><body><h1>The site could not be built</h1>"
        f"<pre>{escape(message)}</pre><p>Fix the problem and save: this page reloads.</p></body></html>\n"
    )


def interrupt_when_ended() -> None:
    """End the server as on Control-C when it is terminated or its terminal is closed, so that it removes its site."""
    for number in {signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}:  # the second is not on Windows
        is_ours = threading.current_thread() is threading.main_thread() and signal.getsignal(number) is signal.SIG_DFL
        if is_ours:
            signal.signal(number, signal.default_int_handler)


class Server:
    """MkDocs' live server that survives failed builds.

    `index` is the file of the page that shows a failure. `rebuild` is given MkDocs' own build, and returns why it failed;
    after it, `paths` may return others to watch. What does not exist is watched like an empty folder.
    """

    def __init__(
        self,
        server: Any,
        index: Path,
        rebuild: Callable[[Callable[[], None]], str],
        paths: Callable[[], Iterable[str]],
    ) -> None:
        self._server = server
        self._index = index
        self._failure = ""
        self._answer = server.error_handler
        self._paths = paths
        build, emitter_class = server.builder, server.observer._emitter_class

        def build_safely() -> None:
            self.show(rebuild(build))
            self.watch()

        server.builder = build_safely
        server.error_handler = self._error_page
        # A build must not start between the two writes of an editor that truncates the file first.
        server.build_delay = max(server.build_delay, 0.2)
        server.observer._emitter_class = lambda *args, **values: _waiting(emitter_class(*args, **values))
        for emitter in server.observer.emitters:
            _waiting(emitter)

    def show(self, message: str) -> None:
        """Show `message` instead of the index and of every missing page; with "" show the site again."""
        self._failure = message
        if message:
            with suppress(OSError):
                self._index.parent.mkdir(parents=True, exist_ok=True)
                self._index.write_text(failure_page(message), encoding="utf-8")

    def _error_page(self, code: int) -> bytes | None:
        if self._failure and code in (404, 500):
            return failure_page(self._failure).encode("utf-8")
        answer: bytes | None = self._answer(code)
        return answer

    def watch(self) -> None:
        """Watch the paths, also those that do not exist."""
        for path in self._paths():
            self._server.watch(path)


def _waiting(emitter: Any) -> Any:
    """Return what finds changes of one path, so that it goes on while the path does not exist."""
    take_snapshot = emitter._take_snapshot

    def take() -> DirectorySnapshot:
        try:
            found: DirectorySnapshot = take_snapshot()
        except OSError:
            return EmptyDirectorySnapshot()
        return found

    emitter._take_snapshot = take
    return emitter
