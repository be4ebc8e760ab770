"""What keeps `mkdocs serve` alive all day: a failed build becomes a page, a lost folder is watched again.

Measured with MkDocs 1.6.1: after a build that raised, every request waits for the next good build, for ever; a watched
folder that was deleted is never looked at again; a server that was terminated leaves its site in the temporary folder.
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
    """A page that says what went wrong, without theme or script; it looks again by itself until the fault is gone."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta http-equiv="refresh" content="2"><meta name="viewport" content="width=device-width,initial-scale=1">'
        "<title>Build failed</title><style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;"
        "padding:0 1rem;color-scheme:light dark}pre{white-space:pre-wrap;border-left:4px solid #c62828;padding:1rem}"
        "</style></head><body><h1>The site could not be built</h1>"
        f"<pre>{escape(message)}</pre><p>Mend it and save: this page follows.</p></body></html>\n"
    )


def mark(site: Path) -> None:
    """Note in the server's site folder whose it is, for `sweep`. MkDocs never cleans hidden files."""
    if site.parent == Path(tempfile.gettempdir()):
        (site / _MARK).write_text(str(os.getpid()), encoding="ascii")


def sweep() -> None:
    """Remove the temporary sites of servers that are no more; only folders that carry our mark."""
    if sys.platform == "win32":  # there is no harmless way to ask whether a process lives
        return
    for note in Path(tempfile.gettempdir()).glob(f"*docs_*/{_MARK}"):
        with suppress(OSError, ValueError):
            if note.parent.is_symlink() or note.is_symlink():
                continue
            try:
                os.kill(int(note.read_text(encoding="ascii")), 0)
            except ProcessLookupError:
                shutil.rmtree(note.parent, ignore_errors=True)


def end_cleanly_when_terminated() -> None:
    """Let a polite `kill` end the server as Control-C does, so that it removes its temporary site."""

    def stop(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, stop)


class Server:
    """MkDocs' live server, made to survive.

    `builder` is MkDocs' own; `failed` is asked after each build for the text of a failure ("" when all went well) and
    `note_failure` is told what the build itself raised. `index` is the address of the page that shows a failure.
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
        # An editor that truncates and writes again is not overtaken in between.
        server.build_delay = max(server.build_delay, 0.2)

    def guard(self, quick: Callable[[], bool], failure: Callable[[], str], whole: Callable[[], bool]) -> None:
        """Run every further build so that nothing it raises leaves the server waiting.

        `quick` runs before each build and may make it needless, `failure` gives what our own hooks met, `whole` says
        whether the site was written to its end in spite of an exception (as with warnings under `strict`).
        """
        build = self._server.builder

        def build_safely() -> None:
            raised = ""
            try:
                if not quick():
                    build()
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a plugin that exits must not end the server either
                raised = f"{type(error).__name__}: {error}"
                self._log(f"The build failed: {raised}")
            self.show("" if raised and whole() else failure() or raised)

        self._server.builder = build_safely

    def show(self, message: str) -> None:
        """Show `message` in place of the index and of every missing page; with "" show the site again."""
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
        """Have the site built again soon, as if a file had changed."""
        with self._server._rebuild_cond:
            self._server._want_rebuild = True
            self._server._rebuild_cond.notify_all()

    def follow(self, folder: Callable[[], Path], interval: float = 0.5) -> None:
        """Watch the folder however often it is deleted and made again."""

        def run() -> None:
            while not self._stop.wait(interval):
                path = folder().absolute()
                with suppress(Exception):  # the observer's own threads come and go; look again next time
                    if not self._is_watched(path) and path.is_dir():
                        self._watch_again(path)

        threading.Thread(target=run, name="specs-watcher", daemon=True).start()

    def stop(self) -> None:
        """End the threads of this server."""
        self._stop.set()

    def _is_watched(self, path: Path) -> bool:
        return any(each.is_alive() and each.watch.path == str(path) for each in list(self._server.observer.emitters))

    def _watch_again(self, path: Path) -> None:
        observer = self._server.observer
        with suppress(KeyError):
            observer.unschedule(ObservedWatch(str(path), recursive=True))
        handler = _Changes(self.rebuild)
        observer.schedule(handler, str(path), recursive=True)
        self.rebuild()


class _Changes(FileSystemEventHandler):
    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        if not event.is_directory:
            self._changed()
