"""The result of `verify --format json`, which the site and the checks read."""

import json
from dataclasses import dataclass
from pathlib import Path

from integration_specs.files import UnreadableFile, read_file
from integration_specs.settings import Settings
from integration_specs.text.display import plural
from integration_specs.text.messages import Message

_MAX_SIZE = 64 << 20


@dataclass(frozen=True, slots=True)
class SpecVerification:
    """How much of one spec was compared with recordings; `day` is the date of the newest one, or empty."""

    spec: str
    calls: int
    seen: int
    items: int
    day: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared: the recordings, and the specs that occur in them. `unrelated` calls belong to no spec."""

    files: int
    calls: int
    unrelated: int
    specs: tuple[SpecVerification, ...]

    @property
    def summary(self) -> str:
        """One line for reports."""
        seen, items = sum(each.seen for each in self.specs), sum(each.items for each in self.specs)
        unrelated = f", {self.unrelated:,} of other systems" if self.unrelated else ""
        return (
            f"compared {plural(self.calls, 'call')} in {plural(self.files, 'recording')}{unrelated} with {plural(len(self.specs), 'spec')}: "
            f"{seen:,} of {items:,} endpoints and events recorded"
        )


class VerificationError(Exception):
    """The report cannot be read; the text says why."""


def read_verification(path: Path) -> dict[str, SpecVerification]:
    """Return what a report says of each spec, by ID. Raises `VerificationError`."""
    try:
        rows = json.loads(read_file(path, _MAX_SIZE))["verification"]["specs"]
        found = (
            SpecVerification(str(row["spec"]), int(row["calls"]), int(row["seen"]), int(row["items"]), str(row["day"]))
            for row in rows
        )
        return {each.spec: each for each in found}
    except UnreadableFile as error:
        raise VerificationError(Message("cannot be read: {reason}", reason=error.reason)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise VerificationError(Message("is not a report of `integration-specs verify --format json`")) from error


def project_verification(settings: Settings) -> dict[str, SpecVerification]:
    """Return what the project's report says of each spec; nothing without a readable one, which a check reports."""
    try:
        return read_verification(settings.root / settings.verification) if settings.verification else {}
    except VerificationError:
        return {}
