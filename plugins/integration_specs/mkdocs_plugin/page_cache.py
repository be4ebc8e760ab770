"""What one run made and the next may use: texts by a hash of everything that they were made of, on disk.

A key says all that its text depends on, so an old text is never wrong, only unused. Whatever is wrong with the file
(another program's, damaged, locked, on a full disk), it is as if nothing had been kept.
"""

import sqlite3
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from json import dumps, loads
from os import getpid
from pathlib import Path
from sys import version as python

from integration_specs.site import Heading, Page, SearchEntry
from integration_specs.site.disk_buffer import Spool

_LAYOUT = "CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, text TEXT NOT NULL)"
_AT_ONCE = 200
"""Texts that are written together: another process waits no longer than for these."""


class Shelf:
    """Texts by key in one file that several processes may use at a time.

    `tidy` bounds it: it then holds no more than twice what the run that ends has used.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._pid, self._open = path, 0, True
        self._database: sqlite3.Connection | None = None
        self._waiting: dict[str, str] = {}
        self._used = set[str]()
        self._connection()  # made once, before a child process opens the same file: two cannot make it at a time

    def get(self, key: str) -> str | None:
        """The text kept under `key`; None when there is none."""
        self._used.add(key)
        if key in self._waiting:
            return self._waiting[key]
        database = self._connection()
        if database is not None:
            with suppress(sqlite3.Error):
                row = database.execute("SELECT text FROM kept WHERE key = ?", (key,)).fetchone()
                return str(row[0]) if row else None
        return None

    def put(self, key: str, text: str) -> None:
        """Keep `text` under `key`."""
        self._used.add(key)
        self._waiting[key] = text
        if len(self._waiting) >= _AT_ONCE:
            self._write()

    def tidy(self) -> None:
        """Write what waits, forget what nobody uses any more, and let go of the file."""
        self._write()
        database, self._database, self._pid = self._connection(), None, 0
        if database is None:
            return
        with suppress(sqlite3.Error), database:
            known = {row[0] for row in database.execute("SELECT key FROM kept")}
            if len(known) > 2 * len(self._used) + _AT_ONCE:
                database.executemany("DELETE FROM kept WHERE key = ?", [(key,) for key in known - self._used])
        with suppress(sqlite3.Error):
            database.close()
        self._used.clear()

    def _write(self) -> None:
        database = self._connection()
        if database is not None and self._waiting:
            try:
                with database:
                    database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", self._waiting.items())
            except (sqlite3.Error, UnicodeError):
                self._open = False  # not tried again in this run
        self._waiting.clear()

    def _connection(self) -> sqlite3.Connection | None:
        if self._open and self._pid != getpid():  # a connection must not be carried into a child process
            self._pid, self._database = getpid(), None
            try:
                self._database = self._connect()
            except sqlite3.OperationalError:
                self._open = False  # locked, or not ours to write
            except sqlite3.DatabaseError:
                with suppress(OSError, sqlite3.Error):
                    self._path.unlink()  # no cache of ours, or a damaged one
                    self._database = self._connect()
            except OSError:
                self._open = False
        return self._database if self._open else None

    def _connect(self) -> sqlite3.Connection:
        if not self._path.parent.is_dir():
            self._path.parent.mkdir(parents=True)
            (self._path.parent / ".gitignore").write_text("*\n", encoding="ascii")
        database = sqlite3.connect(self._path, timeout=5, check_same_thread=False)
        # Losing the last texts in a crash costs a build some time, waiting for the disk would cost every build that.
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(_LAYOUT)
        return database


class KeptPages(MutableMapping[str, Page]):
    """Pages by the hash of what they are made of: here while a run lasts, their contents in a spool, and on a shelf from run to run."""

    def __init__(self, shelf: Shelf, spool: Spool) -> None:
        self._shelf, self._spool, self._here = shelf, spool, dict[str, Page]()

    def __getitem__(self, key: str) -> Page:
        page = self._here.get(key)
        if page is None:
            text = self._shelf.get(_key(key))
            if text is None:
                raise KeyError(key)
            page = self._here[key] = _page(text, self._spool)
        return page

    def __setitem__(self, key: str, page: Page) -> None:
        self._here[key] = page
        self._shelf.put(_key(key), _text(page))

    def __contains__(self, key: object) -> bool:
        return key in self._here or (isinstance(key, str) and self._shelf.get(_key(key)) is not None)

    def __delitem__(self, key: str) -> None:
        del self._here[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._here)

    def __len__(self) -> int:
        return len(self._here)


def _text(page: Page) -> str:
    """The content as it is, behind one line with all the rest."""
    facts = (page.address, page.title, page.description, page.headings, page.search)
    return f"{dumps((*facts, page.source, page.edit_url, page.nav), ensure_ascii=False)}\n{page.content}"


def _page(text: str, spool: Spool) -> Page:
    facts, _, content = text.partition("\n")
    address, title, description, headings, search, *rest = loads(facts)
    entries = (SearchEntry(anchor, name, words, tuple(tags)) for anchor, name, words, tags in search)
    body = spool.put(content)
    return Page(address, title, description, body, tuple(Heading(*each) for each in headings), tuple(entries), *rest)


def _key(key: str) -> str:
    return sha256(f"{programs()}{key}".encode()).hexdigest()


@cache
def programs() -> str:
    """What changes when a program changes that makes pages: our own code by its content, others by their versions."""
    digest = sha256(python.encode())
    for name in ("jinja2", "markdown-it-py", "markupsafe", "mkdocs", "mkdocs-material", "properdocs"):
        with suppress(PackageNotFoundError):
            digest.update(f"{name} {version(name)}\n".encode())
    for path in sorted(Path(__file__).parent.parent.rglob("*")):
        if path.suffix in (".py", ".html", ".css", ".js", ".json"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
