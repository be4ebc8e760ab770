"""Nothing that a spec or an owner contains is live in an export: no tag, image, script link, formula or mention of a user."""

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt

from browser.payloads import FAMILIES, payloads
from fuzz.targets.prose import OURS
from invoking import invoke

TAGS = OURS - {"div"} | {f"h{level}" for level in range(1, 7)}
ATTRIBUTES = frozenset({"href", "title", "class", "start", "style"})
SCHEMES = frozenset({"", "http", "https", "mailto"})
# What a spec may not contain at all, so that it never reaches an export.
READABLE = tuple(
    text
    for text in payloads()
    if all(c.isprintable() or c == "\n" for c in text) and not set(text) & set("\u202e\u200b\ufeff\u2028\u2029")
)
BATCH = 25


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_has_payloads(family: str) -> None:
    """At least three, and at least three of them reach the exports."""
    assert len(set(FAMILIES[family])) >= 3
    assert len(set(FAMILIES[family]) & {*READABLE}) >= 3


class Live(HTMLParser):
    """Collects the tags, attributes and link targets of a page that are not expected."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES or (name == "href" and urlsplit(value or "").scheme not in SCHEMES):
                self.found.append(f"{tag} {name}={value}")


def live(markdown: str) -> list[str]:
    parser = Live()
    engine = MarkdownIt("commonmark", {"html": True}).enable("table")
    engine.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.feed(engine.render(markdown))
    return parser.found


def project(folder: Path, texts: tuple[str, ...]) -> Path:
    """Write a spec for each payload, in every kind of field, and an owner of that name."""
    (folder / "specs").mkdir(parents=True)
    owners = {}
    for number, text in enumerate(texts):
        line = " ".join(text.split())[:200] or "x"
        contact = {"channel": "email", "address": "a@example.com", "note": line}
        owners[f"o{number}"] = {"name": line, "kind": "team", "contacts": [contact]}
        spec = {
            "title": line[:100],
            "system": line[:100],
            "type": "API",
            "status": "draft",
            "owner": f"o{number}",
            "purpose": {"why": text, "business_value": line},
            "endpoints": [
                {
                    "method": "GET",
                    "path": "/a",
                    "description": line,
                    "response": {"status": 200, "example": {"a": text}},
                }
            ],
            "x-note": text,
        }
        (folder / "specs" / f"s{number}.yaml").write_text(json.dumps(spec), encoding="utf-8")
    (folder / "specs" / "owners.yaml").write_text(json.dumps({"owners": owners}), encoding="utf-8")
    return folder


@pytest.mark.parametrize("start", range(0, len(READABLE), BATCH))
def test_an_export_is_inert(start: int, tmp_path: Path) -> None:
    root = project(tmp_path / "project", READABLE[start : start + BATCH])
    for format_ in ("markdown", "llms", "html", "csv"):
        out = tmp_path / format_
        result = invoke("export", format_, "-o", f"{out}/", root=root)
        assert result.exit_code in (0, 1), result.output
        files = [path for path in (out.rglob("*") if out.is_dir() else [out]) if path.is_file()]
        assert files, result.output
        for path in files:
            text = path.read_text(encoding="utf-8")
            if format_ in ("markdown", "llms"):
                assert live(text) == [], (path.name, live(text))
            elif format_ == "csv":
                cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
                assert [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r")] == []
            else:
                parser = Live()
                parser.feed(text)
                live_tags = {each.partition(" ")[0] for each in parser.found} & {
                    "img",
                    "iframe",
                    "object",
                    "embed",
                    "base",
                    "meta",
                }
                assert live_tags <= {"meta"}
                assert not [each for each in parser.found if " on" in each or "javascript:" in each]


def test_a_control_of_the_test() -> None:
    control = sum(bool(live(text)) for text in READABLE)
    assert control >= 80
