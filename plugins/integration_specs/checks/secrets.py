"""Secrets that stand in a spec."""

from collections.abc import Iterator
from dataclasses import replace

from ..findings import Finding, Rule, Span
from ..model import Spec, scalars
from ..schema import Pointer
from ..secrets import Hit, digest, find
from . import Checkup

SECRET = Rule(
    "secret",
    "error",
    "A text looks like a live secret.",
    "What was pushed stays in the history of every clone: a secret that stood here must be revoked, not only removed. Values that are "
    "plainly made up (`sk_EXEMPLO…`, `${TOKEN}`, `<token>`, `xxxx`, `****`) pass.",
    "header: 'Authorization: Bearer (a real token)'",
    "header: 'Authorization: Bearer {access token}'",
)
RULES = (SECRET,)


def check(checkup: Checkup) -> Iterator[Finding]:
    """Looks through every text and comment of every spec."""
    accepted = _baseline(checkup)
    for spec in checkup.catalog.specs:
        text = spec.document.text
        hits = list(find(text))
        # What is written with escapes is only seen in the values.
        if hits or "\\" in text:
            yield from _findings(spec, [hit for hit in hits if digest(hit.value) not in accepted], accepted)


def _findings(spec: Spec, hits: list[Hit], accepted: frozenset[str]) -> Iterator[Finding]:
    places: dict[str, tuple[Pointer, Hit]] = {}
    for pointer, value in scalars(spec.data):
        if isinstance(value, str):
            name = next((str(step) for step in reversed(pointer) if isinstance(step, str)), "")
            for hit in find(value, name):
                if digest(hit.value) not in accepted:
                    places.setdefault(hit.value, (pointer, hit))
    written = {hit.value for hit in hits}
    for hit in hits:
        pointer = next((place for value, (place, _) in places.items() if value in hit.value or hit.value in value), ())
        finding = _finding(spec, pointer, hit)
        yield replace(finding, span=_span(spec.document.text, hit))
    for value, (pointer, hit) in places.items():
        if not any(value in other or other in value for other in written):
            yield _finding(spec, pointer, hit)


def _finding(spec: Spec, pointer: Pointer, hit: Hit) -> Finding:
    return spec.finding(
        SECRET,
        pointer,
        f"this looks like a secret: {hit.kind}, starts with `{hit.shown}`",
        "Write where it is kept instead (`Vault, kv/…`), and revoke it: removing it here does not remove it from the history.",
    )


def _span(text: str, hit: Hit) -> Span:
    line = text.count("\n", 0, hit.start) + 1
    column = hit.start - text.rfind("\n", 0, hit.start)
    end_line = line + text.count("\n", hit.start, hit.end)
    return Span(line, column, end_line, hit.end - text.rfind("\n", 0, hit.end))


def _baseline(checkup: Checkup) -> frozenset[str]:
    """Hashes of texts that somebody has looked at; the first word of each line."""
    if not checkup.settings.secrets_baseline:
        return frozenset()
    try:
        lines = (checkup.settings.root / checkup.settings.secrets_baseline).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return frozenset()
    return frozenset(line.split()[0].lower() for line in lines if line.strip())
