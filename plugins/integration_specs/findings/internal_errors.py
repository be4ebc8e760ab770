"""The boundary that turns an unexpected exception into a finding, so that no failure costs another part its result."""

import hashlib
import os
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from integration_specs.text.messages import Message

from . import Finding, Rule

T = TypeVar("T")

INTERNAL_ERROR = Rule(
    "internal-error",
    "error",
    "A part of integration-specs failed.",
    "This is a bug in integration-specs, not in your file. Everything else is still checked and published, but the command "
    "ends with exit code 2, because the result is not complete.",
    "(a file that a check, page or report does not expect)",
    "Report the bug with the ID in the message. INTEGRATION_SPECS_DEBUG=1 shows the traceback.",
)
_PACKAGE = Path(__file__).parent.parent
_failures: ContextVar[list[Finding] | None] = ContextVar("failures", default=None)


@contextmanager
def recorded_failures() -> Iterator[list[Finding]]:
    """Collect the findings of the failures in the block, however deep: of a page, those of its rows, too."""
    failures: list[Finding] = []
    token = _failures.set(failures)
    try:
        yield failures
    finally:
        _failures.reset(token)


def guarded(work: Callable[[], T], on_error: Callable[[Finding], T], part: str, file: str, spec: str = "") -> T:
    """Return the result of `work`, or of `on_error` for an unexpected exception, which is passed as a finding.

    `part` says what failed, such as `check owners`; the finding is reported at `file`, and belongs to `spec`. With the
    environment variable INTEGRATION_SPECS_DEBUG the exception is raised.
    """
    try:
        return work()
    except Exception as error:
        return on_error(internal_error(error, part, file, spec))


def guarded_items(
    work: Callable[[], Iterable[T]], on_error: Callable[[Finding], T], part: str, file: str, spec: str = ""
) -> Iterator[T]:
    """Yield what `work` yields; an unexpected exception ends it with the result of `on_error`. See `guarded`."""
    try:
        yield from work()
    except Exception as error:
        yield on_error(internal_error(error, part, file, spec))


def best_effort(work: Callable[[], T], default: T) -> T:
    """Return the result of `work`, or `default` if it fails: for hints, which are left out then."""
    try:
        return work()
    except Exception:
        if os.environ.get("INTEGRATION_SPECS_DEBUG"):
            raise
        return default


def has_internal_error(findings: Iterable[Finding]) -> bool:
    """Return whether a part failed, so that the result is not complete."""
    return any(finding.rule == INTERNAL_ERROR.name for finding in findings)


def internal_error(error: Exception, part: str, file: str, spec: str = "") -> Finding:
    """Return the finding for an exception: its place in the code, but not its text, which may contain a secret."""
    if os.environ.get("INTEGRATION_SPECS_DEBUG"):
        raise error
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _PACKAGE in Path(frame.filename).parents and frame.filename != __file__]
    places = [f"{Path(frame.filename).relative_to(_PACKAGE).as_posix()}:{frame.lineno}" for frame in own]
    kind = type(error).__name__
    identity = hashlib.sha256(" ".join((kind, *places)).encode()).hexdigest()[:8]
    place = f"{kind} at {places[-1]}" if places else kind
    message = Message("internal error {id}: {part} failed with {error}", id=identity, part=part, error=place)
    help_text = Message("Please report this bug with the ID; INTEGRATION_SPECS_DEBUG=1 shows the traceback.")
    finding = INTERNAL_ERROR.finding(message, file, help=help_text, spec=spec)
    if (failures := _failures.get()) is not None:
        failures.append(finding)
    return finding
