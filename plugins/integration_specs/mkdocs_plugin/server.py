"""Keep `mkdocs serve` running: show a failed build as a page, and watch a folder that was deleted and created again.

MkDocs 1.6.1 does not: after a build that raised, every request waits until the next build succeeds; a watched folder that
was deleted is never watched again; a terminated server leaves its site in the temporary folder.
"""

import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers.api import ObservedWatch

_MARK = ".integration-specs-serve"


def failure_page(message: str, language: str) -> str:
    """Return a page with the message, without theme or script; it reloads itself until the build succeeds."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta http-equiv="refresh" content="2"><meta name="viewport" content="width=device-width,initial-scale=1">'
        "<title>Build failed</title><style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;"
        "padding:0 1rem;color-scheme:light dark}pre{white-space:pre-wrap;border-left:4px solid #c62828;padding:1rem}"
        "</style></head><body><h1>The site could not be built</h1>"
        f"<pre>{escape(message)}</pre><p>Fix the problem and save: this page reloads.</p></body></html>\n"
    )


def mark_site(site: Path) -> None:
    """Write the server's process id into its site folder, for `remove_old_sites`. MkDocs never cleans hidden files."""
    if site.parent == Path(tempfile.gettempdir()):
        (site / _MARK).write_text(str(os.getpid()), encoding="ascii")


def remove_old_sites() -> None:
    """Remove the temporary sites of servers that no longer run; only folders that `mark_site` marked."""
    if sys.platform == "win32":  # there, asking for a process ends it
        return
    for note in Path(tempfile.gettempdir()).glob(f"*docs_*/{_MARK}"):
        with suppress(OSError, ValueError):
            if note.parent.is_symlink() or note.is_symlink():
                continue
            try:
                os.kill(int(note.read_text(encoding="ascii")), 0)
            except ProcessLookupError:
                shutil.rmtree(note.parent, ignore_errors=True)


def interrupt_on_sigterm() -> None:
    """End the server on SIGTERM as on Control-C, so that it removes its temporary site."""

    def stop(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, stop)


class Server:
    """MkDocs' live server that survives failed builds.

    `index` is the file of the page that shows a failure, `log` writes a line to MkDocs' log.
    """

    def __init__(self, server: Any, index: Path, language: str, log: Callable[[str], None]) -> None:
        self._server = server
        self._index = index
        self._language = language
        self._log = log
        self._failure = ""
        self._answer = server.error_handler
        self._stop = threading.Event()
        server.error_handler = self._error_page
        # A build must not start between the two writes of an editor that truncates the file first.
        server.build_delay = max(server.build_delay, 0.2)

    def guard(
        self, try_quick_build: Callable[[], bool], failure: Callable[[], str], is_complete: Callable[[], bool]
    ) -> None:
        """Run every further build so that an exception does not leave the server waiting.

        `try_quick_build` runs before each build and returns whether it replaced it, `failure` returns the message of a
        failed hook, `is_complete` whether the site is complete in spite of an exception (as with warnings under `strict`).
        """
        build = self._server.builder

        def build_safely() -> None:
            raised = ""
            try:
                if not try_quick_build():
                    build()
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a plugin that exits must not end the server
                raised = f"{type(error).__name__}: {error}"
                self._log(f"The build failed: {raised}")
            self.show("" if raised and is_complete() else failure() or raised)

        self._server.builder = build_safely

    def show(self, message: str) -> None:
        """Show `message` instead of the index and of every missing page; with "" show the site again."""
        self._failure = message
        if message:
            with suppress(OSError):
                self._index.parent.mkdir(parents=True, exist_ok=True)
                self._index.write_text(failure_page(message, self._language), encoding="utf-8")

    def _error_page(self, code: int) -> bytes | None:
        if self._failure and code in (404, 500):
            return failure_page(self._failure, self._language).encode("utf-8")
        answer: bytes | None = self._answer(code)
        return answer

    def rebuild(self) -> None:
        """Build the site again soon, as if a file had changed."""
        with self._server._rebuild_cond:
            self._server._want_rebuild = True
            self._server._rebuild_cond.notify_all()

    def keep_watching(self, folder: Callable[[], Path], interval: float = 0.5) -> None:
        """Watch the folder again each time it was deleted and created; look every `interval` seconds."""

        def run() -> None:
            while not self._stop.wait(interval):
                path = folder().absolute()
                with suppress(Exception):  # the observer starts and ends threads meanwhile
                    if not self._is_watched(path) and path.is_dir():
                        self._watch_again(path)

        threading.Thread(target=run, name="specs-watcher", daemon=True).start()

    def stop(self) -> None:
        """End the thread of `keep_watching`."""
        self._stop.set()

    def _is_watched(self, path: Path) -> bool:
        return any(each.is_alive() and each.watch.path == str(path) for each in list(self._server.observer.emitters))

    def _watch_again(self, path: Path) -> None:
        observer = self._server.observer
        with suppress(KeyError):
            observer.unschedule(ObservedWatch(str(path), recursive=True))
        handler = _ChangeHandler(self.rebuild)
        observer.schedule(handler, str(path), recursive=True)
        self.rebuild()


class _ChangeHandler(FileSystemEventHandler):
    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        if not event.is_directory:
            self._changed()
