"""Hostile texts in every field of a spec and of an owner, met by a real browser: nothing of them runs, loads or breaks a page.

The policy of the site is off in one of the two builds, so that escaping alone must hold.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, BrowserContext, Error, Page

from browser.harness import OUR_HOST, serve_folder
from browser.payloads import payloads
from integration_specs.validation.schema import Field, read_schema, schema_folder
from invoking import invoke
from site_support import Folder, without_our_markup

PAYLOADS = payloads()
SAMPLE = PAYLOADS[::10]
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u202e\u2028\u2029\ufeff]")
"""What the loader lets nobody write; tests/test_load.py holds that."""

WATCH = """
window.fired = [];
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => { window.fired.push(location.pathname); };
document.addEventListener("securitypolicyviolation", event => window.fired.push("policy: " + event.blockedURI));
"""

PROBE = """() => {
  const bad = [];
  for (const each of document.querySelectorAll("*")) {
    for (const {name, value} of each.attributes) {
      if (/^on/i.test(name)) bad.push(each.tagName + " " + name);
      if (/^(href|src|action|formaction|data|xlink:href|srcdoc|poster)$/i.test(name)
          && !/^(https?:|mailto:|[^:]*$)/i.test(value.trim()) && !/^[^:/?#]*[/?#]/.test(value))
        bad.push(each.tagName + " " + name + "=" + value.slice(0, 60));
    }
  }
  const inside = document.querySelector("article") || document.body;
  for (const each of inside.querySelectorAll("script:not([type='application/json']),iframe,object,embed,base,meta,link,style,img,form:not(.ispec-filter),video,audio,template"))
    bad.push(each.tagName);
  for (const each of inside.querySelectorAll("*")) {
    if (/^A$/i.test(each.tagName)) continue;
    for (const name of ["click", "mouseover", "pointerover", "mouseenter"]) each.dispatchEvent(new MouseEvent(name));
  }
  return bad;
}"""


def filled(fields: tuple[Field, ...], text: str) -> dict[str, Any]:
    """An object with `text` in every place that takes one; what takes none has its example."""
    return {each.name: value for each in fields if (value := _value(each, text)) is not None}


def _value(each: Field, text: str) -> Any:
    line = " ".join(text.split()) or "x"
    if each.kind == "list":
        item = filled(each.fields, text) if each.fields else _value(each.item, text) if each.item else None
        return None if item is None else [item]
    if each.kind == "object":
        return filled(each.fields, text)
    if each.kind == "value":
        return {line[:200]: text, "inner": [{"again": text}, text]}
    if each.kind == "choice":
        return each.choices[0]
    if each.kind in ("integer", "boolean") or each.format in ("date", "duration"):
        return each.example
    match each.format:
        case "url":
            return "https://docs.x.example/?q=" + re.sub(r'[\s"<>]', "", line)[:1000]
        case "owner" | "spec" | "attachment":
            return None
        case "markdown":
            return text
        case _ if each.name in ("id", "code"):
            return None
        case _ if each.name == "method":
            return "GET"
        case _:
            return line[:59].replace(",", ";") if each.name == "tags" or each.format == "line" else line[:1900]


def project(folder: Folder, texts: tuple[str, ...]) -> None:
    """A project with a spec and an owner for each text."""
    schema = read_schema()
    owners = {}
    for number, whole in enumerate(texts):
        text = _REFUSED.sub("", whole)
        line = (" ".join(text.split()) or "x")[:300]
        spec = filled(
            tuple(each for each in schema.fields if each.name not in ("waivers", "attachments", "contract")), text
        )
        spec |= {
            "status": "draft",
            "format": 1,
            "owner": f"o{number}",
            "type": "API",
            "tags": [line[:59].replace(",", ";")],
        }
        folder.write(f"specs/p{number}.yaml", json.dumps(spec, ensure_ascii=False))
        contact = {"channel": "email", "address": line, "note": line}
        owners[f"o{number}"] = {"name": line[:100], "kind": "team", "contacts": [contact], "on_call": line}
    folder.write("specs/owners.yaml", json.dumps({"owners": owners}, ensure_ascii=False))
    folder.write("docs/index.md", "# Home\n")
    answer = json.loads(invoke("check", "--format", "json", root=folder.root).stdout)
    unread = [
        (each["file"], each["message"])
        for each in answer["findings"]
        if each["file"] and each["rule"].startswith("yaml-")
    ]
    assert unread == []
    assert answer["checked"]["specs"] == len(texts), [each for each in answer["findings"] if each["level"] == "error"][
        :5
    ]


@dataclass(eq=False)
class Seen:
    """What happened on the pages of one context."""

    context: BrowserContext
    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def visit(self, address: str) -> list[str]:
        """Open a page and touch all that is on it; what fired, and what should not be there."""
        self.page.goto(address, wait_until="load")
        found: list[str] = self.page.evaluate(PROBE)
        fired: list[str] = self.page.evaluate("window.fired")
        return found + fired


@contextmanager
def seen(chromium: Browser, *, csp: bool) -> Iterator[Seen]:
    context = chromium.new_context(bypass_csp=not csp)
    context.add_init_script(WATCH)
    context.set_default_timeout(20_000)
    watch = Seen(context, context.new_page())
    context.on(
        "request",
        lambda request: (
            watch.outside.append(request.url)
            if re.match(r"(?!http://" + re.escape(OUR_HOST) + r"|data:|blob:|about:)", request.url)
            else None
        ),
    )
    context.on("weberror", lambda error: watch.errors.append(str(error.error)))
    try:
        yield watch
    finally:
        context.close()


def pages_are_harmless(chromium: Browser, tmp_path: Path, texts: tuple[str, ...], *, csp: bool) -> int:
    """Return the number of pages."""
    folder = Folder(tmp_path)
    folder.configure(plugins=["search", {"integration-specs": {"csp": csp}}])
    project(folder, texts)
    folder.build()
    pages = sorted(
        path.relative_to(tmp_path / "site") for path in (tmp_path / "site").rglob("*.html") if path.name != "404.html"
    )
    assert sum(path.parts[:1] == ("integrations",) for path in pages) > 3 * len(texts)
    with serve_folder(tmp_path / "site") as url, seen(chromium, csp=csp) as watch:
        bad = {path.as_posix(): found for path in pages if (found := watch.visit(url + path.as_posix()))}
        bad |= _searched(watch, url)
        assert bad == {}
        assert watch.outside == []
        assert watch.errors == []
    return len(pages)


def _searched(watch: Seen, url: str) -> dict[str, list[str]]:
    """The results of searches that find the texts, in titles, tags and bodies."""
    watch.page.goto(url + "integrations/", wait_until="load")
    bad: dict[str, list[str]] = {}
    seen_there = 0
    for word in ("alert", "script", "onerror", "example", "javascript"):
        watch.page.locator(".md-search__input").fill("")
        watch.page.locator(".md-search__input").press_sequentially(word)
        watch.page.wait_for_timeout(600)
        seen_there += watch.page.locator(".md-search-result__item").count()
        found = watch.page.evaluate(PROBE) + watch.page.evaluate("window.fired")
        markup = watch.page.evaluate(
            "[...document.querySelectorAll('.md-search-result *')].map(each => each.tagName).filter(each => /^(SCRIPT|IMG|IFRAME|OBJECT|STYLE|BASE|META|LINK|FORM|INPUT)$/.test(each))"
        )
        if found + markup:
            bad[f"search {word}"] = found + markup
    assert seen_there, "the searches find the texts"
    return bad


@pytest.mark.case("H1", "H2", "H4", "H7", "H11")
def test_a_tenth_of_the_hostile_texts_is_harmless_without_the_policy(chromium: Browser, tmp_path: Path) -> None:
    pages_are_harmless(chromium, tmp_path, SAMPLE, csp=False)


@pytest.mark.soak
@pytest.mark.case("H1", "H10", "H11")
@pytest.mark.parametrize("csp", [False, True])
@pytest.mark.parametrize("part", range(9))
def test_every_hostile_text_is_harmless(
    chromium: Browser, tmp_path: Path, part: int, csp: bool, measured: Callable[..., None]
) -> None:
    assert len(PAYLOADS) >= 150
    pages = pages_are_harmless(chromium, tmp_path, PAYLOADS[part::9], csp=csp)
    measured("payloads", 7 * len(PAYLOADS[part::9]))
    measured("policy", pages)


@pytest.mark.measured
@pytest.mark.case("H1")
def test_the_same_texts_as_raw_html_do_fire(chromium: Browser, tmp_path: Path, measured: Callable[..., None]) -> None:
    """The control: without escaping most of what can run does run, so the tests above look in the right place."""
    for number, text in enumerate(PAYLOADS):
        html = f"<!doctype html><meta charset=utf-8><article><h1>x</h1>{text}</article>"
        (tmp_path / f"p{number}.html").write_text(html, encoding="utf-8", errors="replace")
    fired = left = seen_there = 0
    with serve_folder(tmp_path) as url, seen(chromium, csp=False) as watch:
        for number in range(len(PAYLOADS)):
            try:
                watch.page.goto(f"{url}p{number}.html", wait_until="load")
                seen_there += bool(watch.page.evaluate(PROBE))
                fired += bool(watch.page.evaluate("window.fired.length"))
            except Error:
                left += 1  # the page has gone elsewhere, as some of them want
    assert fired >= 80
    assert seen_there >= 80
    assert left < 40
    measured("control", fired)


@pytest.mark.case("H1")
@pytest.mark.parametrize("texts", [SAMPLE, pytest.param(PAYLOADS, marks=pytest.mark.soak)], ids=["some", "all"])
def test_reports_and_exports_are_harmless(chromium: Browser, tmp_path: Path, texts: tuple[str, ...]) -> None:
    folder = Folder(tmp_path / "new")
    project(folder, texts)
    shutil.copytree(tmp_path / "new", tmp_path / "old")
    for path in (tmp_path / "old/specs").glob("p*.yaml"):
        spec = json.loads(path.read_text())
        path.write_text(
            json.dumps(
                {**spec, "system": "Old", "type": "Webhook", "purpose": {"why": "old"}, "endpoints": [], "tags": []}
            )
        )
    out = tmp_path / "out"
    out.mkdir()
    for words in (
        ("diff", str(tmp_path / "old"), str(tmp_path / "new")),
        ("diff", str(tmp_path / "new"), str(tmp_path / "old")),
        ("check",),
    ):
        name = "-".join(Path(word).name for word in words)
        (out / f"{name}.html").write_text(invoke(*words, "--format", "html", root=folder.root).stdout, encoding="utf-8")
        comment = invoke(*words, "--format", "markdown", root=folder.root).stdout
        # As GitHub does: CommonMark with tables and with the HTML that somebody wrote.
        page = MarkdownIt("commonmark", {"html": True}).enable("table").render(comment)
        (out / f"{name}-comment.html").write_text(
            f"<!doctype html><meta charset=utf-8><article>{page}</article>", encoding="utf-8"
        )
    exported = invoke("export", "html", "-o", str(out / "export.html"), root=folder.root)
    assert exported.exit_code == 0, exported.stderr
    with serve_folder(out) as url, seen(chromium, csp=False) as watch:
        for path in sorted(out.rglob("*.html")):
            assert watch.visit(url + path.relative_to(out).as_posix()) == [], path.name
        assert watch.outside == []
        assert watch.errors == []


@pytest.mark.case("H4", "H5")
def test_nothing_of_the_project_is_pulled_in(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    canary = "canary-77d0"
    folder.configure(
        markdown_extensions=[
            "pymdownx.snippets",
            "attr_list",
            "md_in_html",
            "pymdownx.superfences",
            "pymdownx.blocks.html",
        ]
    )
    folder.write(".git/config", canary)
    folder.write("docs/secret.txt", canary)
    lines = (
        '--8<-- ".git/config"',
        "--8<-- 'docs/secret.txt'",
        ";--8<--\n.git/config\n;--8<--",
        "{% include '.git/config' %}",
        '<?php include ".git/config" ?>',
        "{{ config.site_name }} {{ 7 * 7 }}",
        "[x](https://x.example/){ onclick=alert(1) }",
        "## Head { #taken onmouseover=alert(1) }",
        "/// html | img[onerror=alert(1)]\n///",
        '<div markdown="1">*x*</div>',
    )
    project(folder, lines)
    (folder.root / "docs/secret.txt").unlink()
    folder.build()
    site = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert not [path for path in site if canary.encode() in path.read_bytes()]
    for number, line in enumerate(lines):
        html = folder.page(f"integrations/p{number}/index.html").partition("<article")[2]
        text = unescape(re.sub(r"<[^>]*>", "", html))
        for piece in re.split(r"[\n*]|## |\[x\]\(.*\)", line):
            assert piece in text, "shown as it was written"


@pytest.mark.case("H9")
@pytest.mark.parametrize("texts", [SAMPLE, pytest.param(PAYLOADS, marks=pytest.mark.soak)], ids=["some", "all"])
def test_the_search_index_holds_no_markup_of_a_spec(tmp_path: Path, texts: tuple[str, ...]) -> None:
    folder = Folder(tmp_path)
    folder.configure()
    project(folder, texts)
    folder.build()
    entries = json.loads(folder.page("search/search_index.json"))["docs"]
    ours = [entry for entry in entries if entry["location"].startswith("integrations/")]
    assert len(ours) > len(texts)
    for entry in ours:
        assert "<" not in entry["title"] + without_our_markup(entry["text"]) + "".join(entry.get("tags", ()))


@pytest.mark.case("H11")
def test_the_site_asks_nobody_when_it_is_opened_from_a_folder(chromium: Browser, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.configure(use_directory_urls=False)
    project(folder, SAMPLE[:6])
    folder.build()
    with seen(chromium, csp=True) as watch:
        for path in sorted((tmp_path / "site").rglob("*.html")):
            if path.name != "404.html":
                assert watch.visit(path.as_uri()) == []
        assert [url for url in watch.outside if not url.startswith("file://")] == []


def test_the_owners_of_the_schema_take_the_texts_too() -> None:
    """`project` writes owners by hand: it must know all their places for texts."""
    known = json.loads((schema_folder() / "owners.schema.json").read_text())["properties"]["owners"][
        "additionalProperties"
    ]["properties"]
    assert {"name", "kind", "contacts", "on_call"} <= known.keys()
