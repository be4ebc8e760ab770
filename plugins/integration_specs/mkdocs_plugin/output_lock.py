"""Let one build at a time write an output folder: two that clean and write the same files leave neither whole."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout
from mkdocs.exceptions import Abort

from integration_specs.documents.atomic_write import refuse_links


class OutputLocked(Abort):
    """The output folder cannot be written now; the text says why and what to do.

    It ends the build with the exit code that the command line uses for "could not run".
    """

    code = exit_code = 2


def lock_output(folder: Path) -> BaseFileLock:
    """Return an acquired lock of `folder`, which also ends with its process and excludes only others. Raises `OutputLocked`.

    The lock file is in the system's temporary folder: inside the output folder it would be published.
    """
    advice = "set another folder with --site-dir"
    name = sha256(os.fsencode(os.path.realpath(folder))).hexdigest()[:16]
    user = os.getuid() if hasattr(os, "getuid") else 0
    try:
        path = Path(tempfile.gettempdir()) / f"integration-specs-{user}-{name}.lock"
        lock = FileLock(path, timeout=0, mode=0o600, thread_local=False, is_singleton=True)
        refuse_links(folder)
        existing = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        if not os.access(existing, os.W_OK):
            raise OutputLocked(f"{existing} is not writable: change its permissions, or {advice}")
        lock.acquire()
    except Timeout:
        raise OutputLocked(f"another build is writing to {folder}: wait until it ends, or {advice}") from None
    except OSError as error:
        raise OutputLocked(f"{error.filename or folder}: {error.strerror}") from None
    return lock
