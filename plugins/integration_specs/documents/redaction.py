"""Redaction: secrets are removed from a document before anything else sees it, so they cannot be printed or published.

Messages, pages, exports and comparisons show the first four characters. Stars replace the others, so every position stays the same.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from integration_specs.findings import Finding, Span
from integration_specs.secrets import Secret, digest, find, is_secret_name, mask
from integration_specs.text.messages import DerivedMessage, map_values

from .document import Document, RawDocument
from .pointers import Pointer, find_texts, last_key
from .yaml_problems import RULES

MAX_SECRETS = 100
"""The most findings in one file. With more different secrets, nothing of the file is shown: it is not a spec."""

_SEPARATOR = "\n|\n"


def redact(document: RawDocument, accepted: frozenset[str] = frozenset()) -> Document:
    """Return the document without its secrets, with a finding for each.

    A secret whose hash is `accepted` gets no finding but is redacted too: it may be accepted because a live value cannot
    be replaced yet.
    """
    in_text = list(find(document.text))
    in_values: dict[str, tuple[Pointer, Secret]] = {}
    if in_text or _may_be_secrets(document.rewritten):
        for pointer, value in find_texts(document.data, lambda *_: True):
            for secret in find(value, last_key(pointer)):
                in_values.setdefault(secret.value, (pointer, secret))
            if len(in_values) > MAX_SECRETS:
                break
    path, text, data, findings, positions = (
        document.path, document.text, document.data, document.findings, document.positions,
    )  # fmt: skip
    if not in_text and not in_values:
        return Document(path, text, data, findings, positions)
    values = {secret.value for secret in in_text}
    if max(len(values), len(in_values)) > MAX_SECRETS:
        return _withheld(document, in_text, {} if in_text else in_values)
    written = {document.source_text(at) or "" for value, (at, _) in in_values.items() if value not in text}
    stars = _Stars((values | in_values.keys() | written) - {""})
    reported = [secret for secret in in_text if digest(secret.value) not in accepted]
    placed = {value: place for value, place in in_values.items() if digest(value) not in accepted}
    secrets = sorted(_findings(document, reported[:MAX_SECRETS], placed), key=lambda finding: finding.sort_key)
    secrets += _rest(document, reported[MAX_SECRETS:])
    text = stars.text(text)
    positions = positions.of_text(text) if positions else None
    return Document(
        path, text, stars.data(data), tuple(map(stars.finding, findings)), positions, secrets=tuple(secrets)
    )


def _may_be_secrets(texts: tuple[tuple[str, str], ...]) -> bool:
    """Return whether one of the texts may be a secret, by its name or its format.

    They are joined and searched at once, which is much faster. No format of a secret matches across the separator.
    """
    has_name = any(is_secret_name(name) for name in {name for name, _ in texts})
    return has_name or next(find(_SEPARATOR.join(text for _, text in texts)), None) is not None


def redact_finding(finding: Finding) -> Finding:
    """Return a finding without secrets in its texts, which may quote a vendor document or suggest a new word."""
    if next(find("\n".join((finding.message, finding.help, *finding.notes))), None) is None:
        return finding
    message, help_, *notes = (map_values(mask, text) for text in (finding.message, finding.help, *finding.notes))
    return replace(finding, message=message, help=help_, notes=tuple(notes), fix=None)


def _withheld(document: RawDocument, in_text: list[Secret], in_values: dict[str, tuple[Pointer, Secret]]) -> Document:
    """Return a document of stars only."""
    error = RULES["secret"].report(document.path, variant="withheld", limit=MAX_SECRETS)
    secrets = [*_findings(document, in_text[:MAX_SECRETS], in_values), *_rest(document, in_text[MAX_SECRETS:])]
    text = re.sub(r"\S+", lambda word: "*" * len(word[0]), document.text)
    return Document(document.path, text, None, (error,), secrets=tuple(secrets))


def _rest(document: RawDocument, rest: list[Secret]) -> list[Finding]:
    if not rest:
        return []
    span = _span(document.text, rest[0])
    return [RULES["secret"].report(document.path, span, variant="more", number=len(rest))]


def _findings(
    document: RawDocument, in_text: list[Secret], in_values: dict[str, tuple[Pointer, Secret]]
) -> Iterator[Finding]:
    """Yield one finding for each secret; one that is found in the text and in a value is the same, whatever its spaces."""
    written = {secret.value: "".join(secret.value.split()) for secret in in_text}
    read = {value: "".join(value.split()) for value in in_values}
    for secret in in_text:
        one = written[secret.value]
        pointer = next((in_values[value][0] for value, other in read.items() if one in other or other in one), ())
        yield _finding(document, secret, _span(document.text, secret), pointer)
    for value, (pointer, secret) in in_values.items():
        one = read[value]
        if not any(one in other or other in one for other in written.values()):
            yield _finding(document, secret, document.span(pointer), pointer)


def _finding(document: RawDocument, secret: Secret, span: Span, pointer: Pointer) -> Finding:
    kind = DerivedMessage(str, secret.kind)
    return RULES["secret"].report(document.path, span, pointer, kind=kind, start=secret.shown)


def _span(text: str, secret: Secret) -> Span:
    line = text.count("\n", 0, secret.start) + 1
    end_line = line + text.count("\n", secret.start, secret.end)
    columns = (place - text.rfind("\n", 0, place) for place in (secret.start, secret.end))
    return Span(line, next(columns), end_line, next(columns))


class _Stars:
    """Replaces values by their first four characters and as many stars as there were other characters."""

    def __init__(self, values: Iterable[str]) -> None:
        longest_first = sorted(values, key=lambda value: (-len(value), value))
        self._replacements = [(value, value[:4] + re.sub(r"\S", "*", value[4:])) for value in longest_first]
        starts = "|".join(re.escape(start) for start in dict.fromkeys(value[:8] for value in longest_first))
        self._start, self._truncated = re.compile(starts), re.compile(rf"(?:{starts})\S*")

    def text(self, text: str) -> str:
        if self._start.search(text):
            for value, replacement in self._replacements:
                text = text.replace(value, replacement)
        return text

    def data(self, data: Any) -> Any:
        if isinstance(data, dict):
            redacted: dict[str, Any] = {}
            for key, value in data.items():
                name = self.text(key)
                while name in redacted:  # two keys of the same length and start must stay two
                    name += "*"
                redacted[name] = self.data(value)
            return redacted
        if isinstance(data, list):
            return [self.data(value) for value in data]
        return self.text(data) if isinstance(data, str) else data

    def finding(self, finding: Finding) -> Finding:
        """Return a syntax finding of the document without secrets and without its fix, which may write one."""
        return replace(
            finding,
            message=self._message(finding.message),
            help=self._message(finding.help),
            notes=tuple(map(self._message, finding.notes)),
            pointer=tuple(self.text(step) if isinstance(step, str) else step for step in finding.pointer),
            fix=None,
        )

    def _message(self, text: str) -> str:
        """Return a text of a finding, which may have only the start of a long value."""
        return map_values(lambda each: self._truncated.sub(lambda match: f"{match[0][:4]}…", each), text)
