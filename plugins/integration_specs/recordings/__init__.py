"""Recordings of real calls, read into one type and compared with specs. Nothing is ever called or fetched.

`reading` reads all formats, `matching` finds the endpoint of a call, `comparison` reports differences, and `examples` writes
examples without the secrets and personal data that `anonymization` removes.

May import `model`, `formatting` and the layers below.
"""

from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from integration_specs.findings.rule_tables import load_rules

RULES = load_rules(__name__)


def day_of(text: str) -> str:
    """Return the ISO date of a date in the notation of HTTP headers; empty if it is none."""
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or response. `headers` have lower-case names; `body` is a JSON value, text, or None if there is none to read."""

    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def content_type(self) -> str:
        """Return the media type without parameters, in lower case; empty if unknown."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call, or one message without HTTP (`method` is empty).

    `url` has no host if the format does not record one; `provider` is then the name of the vendor, if known. `status` is 0 for a
    call without a response. `day` is an ISO date or empty. `place` is the file and line.
    """

    method: str
    url: str
    request: Message = Message()
    response: Message = Message()
    status: int = 0
    day: str = ""
    place: str = ""
    provider: str = ""

    @property
    def parts(self) -> SplitResult:
        """Return the parts of the URL; of an invalid one, such as `http://[`, all of it is the path."""
        try:
            return urlsplit(self.url)
        except ValueError:
            return SplitResult("", "", self.url, "", "")
