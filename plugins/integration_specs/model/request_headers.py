"""The headers with which requests authenticate, from the field `header` of a spec."""

import re

from . import Spec, is_unknown


def request_headers(spec: Spec) -> tuple[tuple[str, str], ...]:
    """Return names and values of the authentication headers; several are separated by commas (`X-Key: {key}, X-Secret: {secret}`)."""
    header = str(spec.section("authentication").get("header", ""))
    if is_unknown(header):
        return ()
    parts = (part.partition(":") for part in re.split(r",\s+(?=[A-Za-z0-9_-]+:\s)", header))
    pairs = ((name.strip(), value.strip()) for name, colon, value in parts if colon)
    return tuple((name, value) for name, value in pairs if re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name))
