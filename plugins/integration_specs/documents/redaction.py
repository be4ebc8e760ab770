"""Documents without the secrets that somebody wrote into them: what is not there cannot be printed, published or sent.

Everything after reading works on the redacted document: messages, frames, pages, exports and comparisons show the first four
characters. Only what writes a file back (`fmt`, `check --fix`) reads it as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from integration_specs.findings import Finding, Rule, Span
from integration_specs.secrets import Hit, digest, find, mask

from . import Document, Pointer
from .pointers import scalars

SECRET = Rule(
    "secret",
    "error",
    "A text looks like a live secret.",
    "What was pushed stays in the history of every clone: a secret that stood here must be revoked, not only removed. Values that are "
    "plainly made up (`sk_EXEMPLO…`, `${TOKEN}`, `<token>`, `xxxx`, `****`) pass.",
    "header: 'Authorization: Bearer (a real token)'",
    "header: 'Authorization: Bearer {access token}'",
)
MOST_SECRETS = 100
"""As many are told of in one file. Of a file with more different ones nothing is shown at all: that is no spec."""


def redacted(document: Document, accepted: frozenset[str] = frozenset()) -> Document:
    """The document with each secret cut to its first four characters, every place where it was, and a finding for each.

    For what a baseline accepts (`accepted` are its hashes) there is no finding, but it is cut, too: a hash may be there
    because a live value cannot be replaced yet. A document without secrets is returned as it is.
    """
    hits = list(find(document.text))
    # What is written with escapes is only seen in the values.
    if not hits and "\\" not in document.text:
        return document
    places: dict[str, tuple[Pointer, Hit]] = {}
    for pointer, value in scalars(document.data):
        name = next((step for step in reversed(pointer) if isinstance(step, str)), "")
        for hit in find(value, name) if isinstance(value, str) else ():
            places.setdefault(hit.value, (pointer, hit))
        if len(places) > MOST_SECRETS:
            break
    if not hits and not places:
        return document
    written = {hit.value for hit in hits}
    if max(len(written), len(places)) > MOST_SECRETS:
        return _closed(document, hits, {} if hits else places)
    hidden = written | places.keys()
    sources = {
        document.source_text(pointer) or "" for value, (pointer, _) in places.items() if value not in document.text
    }
    veil = _Veil(hidden | sources - {""})
    told = [hit for hit in hits if digest(hit.value) not in accepted]
    placed = {value: place for value, place in places.items() if digest(value) not in accepted}
    found = sorted(_found(document, told[:MOST_SECRETS], placed), key=lambda finding: finding.sort_key)
    if rest := told[MOST_SECRETS:]:
        found.append(_more(document, rest))
    return document.rewritten(
        veil.text(document.text), veil.data(document.data), tuple(map(veil.finding, document.findings)), found
    )


def _closed(document: Document, hits: list[Hit], places: dict[str, tuple[Pointer, Hit]]) -> Document:
    """The document with nothing of it left but the lengths of its words."""
    message = (
        f"more than {MOST_SECRETS} different texts here look like secrets: nothing of this file is shown or checked"
    )
    fault = Finding(SECRET.name, SECRET.level, message, document.path, help="Take them out, and revoke each of them.")
    found = list(_found(document, hits[:MOST_SECRETS], places))
    if rest := hits[MOST_SECRETS:]:
        found.append(_more(document, rest))
    text = re.sub(r"\S+", lambda word: "*" * len(word[0]), document.text)
    return Document(document.path, text, None, (fault,), secrets=tuple(found))


def _more(document: Document, rest: list[Hit]) -> Finding:
    message = f"and {len(rest)} more texts from here on look like secrets"
    span = _span(document.text, rest[0])
    return Finding(SECRET.name, SECRET.level, message, document.path, span, "Take them out, and revoke each of them.")


def cut(finding: Finding) -> Finding:
    """A finding whose words may come from elsewhere, or were put together anew (`x-…` of an unknown key): without secrets.

    Nothing that looks like one is suggested either, whatever it was made of.
    """
    if next(find("\n".join((finding.message, finding.help, *finding.notes))), None) is None:
        return finding
    message, help_, *notes = map(mask, (finding.message, finding.help, *finding.notes))
    return replace(finding, message=message, help=help_, notes=tuple(notes), fix=None)


def _found(document: Document, hits: list[Hit], places: dict[str, tuple[Pointer, Hit]]) -> Iterator[Finding]:
    # A value and what is written are one secret, too, when they differ in spaces: a key of many lines is indented in the file.
    written = {hit.value: "".join(hit.value.split()) for hit in hits}
    read = {value: "".join(value.split()) for value in places}
    for hit in hits:
        one = written[hit.value]
        pointer = next((places[value][0] for value, other in read.items() if one in other or other in one), ())
        yield _finding(document, hit, _span(document.text, hit), pointer)
    for value, (pointer, hit) in places.items():
        one = read[value]
        if not any(one in other or other in one for other in written.values()):
            yield _finding(document, hit, document.span(pointer), pointer)


def _finding(document: Document, hit: Hit, span: Span, pointer: Pointer) -> Finding:
    help_text = "Write where it is kept instead (`Vault, kv/…`), and revoke it: removing it here does not remove it from the history."
    message = f"this looks like a secret: {hit.kind}, starts with `{hit.shown}`"
    return Finding(SECRET.name, SECRET.level, message, document.path, span, help_text, pointer=pointer)


def _span(text: str, hit: Hit) -> Span:
    line = text.count("\n", 0, hit.start) + 1
    end_line = line + text.count("\n", hit.start, hit.end)
    return Span(line, hit.start - text.rfind("\n", 0, hit.start), end_line, hit.end - text.rfind("\n", 0, hit.end))


class _Veil:
    """Puts stars over values, as many as there were characters, so that every place stays where it was."""

    def __init__(self, hidden: set[str]) -> None:
        longest_first = sorted(hidden, key=lambda value: (-len(value), value))
        self._stars = [(value, value[:4] + re.sub(r"\S", "*", value[4:])) for value in longest_first]
        starts = "|".join(re.escape(start) for start in dict.fromkeys(value[:8] for value in longest_first))
        self._start, self._cut = re.compile(starts), re.compile(rf"(?:{starts})\S*")

    def text(self, text: str) -> str:
        if self._start.search(text):
            for value, stars in self._stars:
                text = text.replace(value, stars)
        return text

    def data(self, data: Any) -> Any:
        if isinstance(data, dict):
            veiled_data: dict[str, Any] = {}
            for key, value in data.items():
                name = self.text(key)
                while name in veiled_data:  # two keys of the same length and start must stay two
                    name += "*"
                veiled_data[name] = self.data(value)
            return veiled_data
        if isinstance(data, list):
            return [self.data(value) for value in data]
        return self.text(data) if isinstance(data, str) else data

    def finding(self, finding: Finding) -> Finding:
        """What was said of the document; no mending of ours goes over a secret."""
        return replace(
            finding,
            message=self._said(finding.message),
            help=self._said(finding.help),
            notes=tuple(map(self._said, finding.notes)),
            pointer=tuple(self.text(step) if isinstance(step, str) else step for step in finding.pointer),
            fix=None,
        )

    def _said(self, text: str) -> str:
        # A message may hold the beginning of a value only: long ones are cut.
        return self._cut.sub(lambda match: f"{match[0][:4]}…", text)
