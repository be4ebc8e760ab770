"""Pages: what a catalog becomes, without any site generator."""

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from integration_specs.documents import load_text
from integration_specs.findings import Finding, Span
from integration_specs.model import BrokenSpec, Catalog, Owner, Spec
from integration_specs.project.rules import rule_texts
from integration_specs.project.workspace import Workspace
from integration_specs.settings import read_settings
from integration_specs.site import Page, Site, SiteOptions
from integration_specs.site.graph import Graph, Node, draw
from integration_specs.site.render import render
from integration_specs.site.translations import languages, read_catalogue, translations_for
from integration_specs.text.names import OWN_ADDRESSES
from integration_specs.validation.schema import Field, SpecSchema, read_schema
from messages import messages, update

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "plugins" / "integration_specs" / "site"
TODAY = date(2026, 11, 22)
OWNER = Owner("payments", "Payments team", "team", {"contacts": [{"channel": "email", "address": "pay@example.com"}]})


def edit_url(file: str, line: int) -> str:
    return f"https://git.example.com/{file}#L{line}"


OPTIONS = SiteOptions(today=TODAY, edit_url=edit_url)


def spec(text: str, id_: str = "shop") -> Spec:
    document = load_text(text, f"specs/{id_}.yaml")
    assert document.data is not None, document.findings
    return Spec(id_, document.path, document.data, document)


def site(*specs: Spec, schema: SpecSchema | None = None, options: SiteOptions = OPTIONS, **more: Any) -> Site:
    return render(Catalog(specs, more.pop("owners", (OWNER,)), **more), schema or read_schema(), options)


def page(found: Site, address: str) -> Page:
    return next(page for page in found.pages if page.address == address)


class Outline(HTMLParser):
    """Ids, links, and text of a page; fails on anything that a strict policy refuses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "style", "img", "iframe", "object", "base", "meta"}
        assert tag != "form" or ("class", "ispec-filter") in attrs
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            assert name != "style", (tag, name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


SMALL = """
system: Shop
type: API
status: draft
"""


def test_a_page_shows_all_sections_in_order_even_if_they_are_missing() -> None:
    found = page(site(spec(SMALL)), "shop")
    titles = [heading.text for heading in found.headings if heading.level == 2]
    assert titles == [f"{number}. {field.title}" for number, field in enumerate(read_schema().sections, 1)]
    assert [found.content.index(f">{title}<") for title in titles] == sorted(
        found.content.index(f">{title}<") for title in titles
    )
    assert found.content.count("Not written yet") >= len(titles)


def test_an_empty_list_is_intentional() -> None:
    found = page(site(spec(SMALL + "endpoints: []\nevents: {received: [], sent: []}\n")), "shop")
    assert found.content.count("None (intentional)") == 3


def test_a_section_that_only_the_schema_knows_shows_as_a_table_in_contents_and_in_search(tmp_path: Path) -> None:
    content = json.loads(json.dumps(read_schema().json))
    line = {"$ref": "#/$defs/line"}
    content["properties"]["quotas"] = {
        "type": "array",
        "title": "Quotas",
        "x-key": "name",
        "items": {
            "type": "object",
            "properties": {"name": {**line, "title": "Quota"}, "size": {**line, "title": "Size"}},
        },
    }
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(content))
    schema = read_schema(path)
    found = page(site(spec(SMALL + "quotas: [{name: Orders a day, size: ten thousand}]\n"), schema=schema), "shop")
    number = schema.section_number("quotas")
    assert f"{number}. Quotas" in [heading.text for heading in found.headings]
    assert re.search(
        r"<th id=\"quotas-orders-a-day\"[^>]*>Orders a day</th><td data-label=\"Size\"[^>]*>ten thousand</td>",
        found.content,
    )
    assert any("ten thousand" in entry.text and entry.anchor == "quotas" for entry in found.search)


def test_every_link_within_the_pages_arrives(tmp_path: Path) -> None:
    specs = [
        spec((ROOT / "specs" / f"{path.stem}.yaml").read_text(encoding="utf-8"), path.stem)
        for path in sorted((ROOT / "specs").glob("*.yaml"))
        if path.stem != "owners"
    ]
    found = site(*specs)
    outlines = {page.address: Outline(page.content) for page in found.pages}
    for address, outline in outlines.items():
        assert len(outline.ids) == len(set(outline.ids)), address
        for link in outline.links:
            if link.startswith("#"):
                assert link[1:] in outline.ids, (address, link)
    for each in found.pages:
        ids = outlines[each.address].ids
        assert {heading.anchor for heading in each.headings} <= set(ids)
        assert {entry.anchor for entry in each.search} <= {"", *ids}


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "[x](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "</title>'\"`",
]


def planted(field: Field, text: str) -> Any:
    """A value of the field's shape that holds `text` wherever a text is allowed."""
    if field.kind == "object":
        return {part.name: planted(part, text) for part in field.fields} | {"x-note": text, "x-more": {text: [text]}}
    if field.kind == "list":
        assert field.item
        return [planted(field.item, text)]
    if field.kind == "choice":
        return field.choices[0]
    if field.kind == "integer":
        return 3
    if field.kind == "boolean":
        return True
    if field.kind == "value":
        return {text: [text, 1, None, True]}
    return text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_no_text_of_a_spec_becomes_markup(text: str, language: str) -> None:
    data = {field.name: planted(field, text) for field in read_schema().fields} | {"x-note": text}
    document = load_text(json.dumps(data), "specs/shop.yaml")
    hostile = Spec("shop", document.path, document.data, document)
    owner = Owner(
        "payments", text, "team", {"contacts": [{"channel": "url", "address": text, "note": text}], "on_call": text}
    )
    broken = BrokenSpec(
        "bad",
        "specs/bad.yaml",
        document,
        (Finding("x", "error", text, "specs/bad.yaml", Span(1, 1, 1, 9), text, (text,)),),
    )
    options = SiteOptions(language=language, today=TODAY, edit_url=edit_url)
    found = site(hostile, owners=(owner,), broken=(broken,), options=options)
    for each in found.pages:
        outline = Outline(each.content)
        assert not [link for link in outline.links if "javascript:" in link.lower()]
    shown = Outline(page(found, "shop").content).text
    assert "alert(1)" in shown or "alert" not in text


def test_equal_input_gives_equal_bytes() -> None:
    text = (ROOT / "specs" / "pagar-me.yaml").read_text(encoding="utf-8")
    assert site(spec(text)) == site(spec(text))


def test_a_former_id_leads_to_the_spec_unless_it_is_in_use() -> None:
    found = site(spec(SMALL + "former_ids: [old-shop, other]\n"), spec(SMALL, "other"))
    assert [(redirect.address, redirect.target) for redirect in found.redirects] == [("old-shop", "shop")]


def test_a_broken_spec_shows_its_faults_with_their_lines_and_leads_the_index() -> None:
    document = load_text("system: Shop\nsystem: Shop\n", "specs/bad.yaml")
    broken = BrokenSpec("bad", "specs/bad.yaml", document, document.findings)
    found = site(spec(SMALL), broken=(broken,))
    shown = Outline(page(found, "bad").content).text
    assert "specs/bad.yaml:2:1" in shown
    assert "   2  system: Shop" in shown
    index = page(found, "index").content
    assert 'data-specs="2"' in index
    assert index.index("bad/") < index.index("shop/")


def test_the_owner_of_a_broken_spec_is_on_its_page() -> None:
    for owner, known in (("payments", True), ("ghosts", False), ("[payments]", False)):
        document = load_text(f"system: Till 9\ntype: Apis\nowner: {owner}\n", "specs/bad.yaml")
        error = Finding("not-allowed", "error", "Invalid value", "specs/bad.yaml", Span(2, 1, 2, 2), "Write API.")
        found = page(site(broken=(BrokenSpec("bad", "specs/bad.yaml", document, (error,)),)), "bad")
        assert ('<a class="ispec-strong" href="../owners/payments/">Payments team</a>' in found.content) == known
        assert ("pay@example.com" in Outline(found.content).text) == known
        assert "Till 9" in found.search[0].text


def test_missing_and_unknown_owners_are_listed_first() -> None:
    found = site(spec(SMALL), spec(SMALL + "owner: ghosts\n", "lost"), spec(SMALL + "owner: payments\n", "found"))
    content = page(found, "owners").content
    assert content.index("No owner") < content.index("ghosts") < content.index("Payments team")


def test_errors_of_owners_are_shown_where_an_owner_is_missing() -> None:
    file = "specs/owners.yaml"
    error = Finding("wrong-type", "error", "`kind` must be <b>", file, Span(7, 1, 7, 2), "Write `kind: team`.")
    specs = spec(SMALL + "owner: payments\n"), spec(SMALL, "other")
    found = site(*specs, owners=(), owners_file=file, project_findings=(error,))
    for address in ("index", "owners", "shop"):
        content = page(found, address).content
        assert "specs/owners.yaml:7" in content
        assert "Write <code>kind: team</code>." in content
        assert "not in owners.yaml" not in content
    assert "owners.yaml" not in page(found, "other").content
    assert re.search(r"<strong>1</strong> without owner", page(found, "index").content)


def test_the_errors_of_owners_after_the_first_ones_are_on_the_page_of_owners() -> None:
    file = "specs/owners.yaml"
    errors = [Finding("wrong-type", "error", f"Wrong {n}", file, Span(n, 1, n, 2), "Fix it.") for n in range(1, 6)]
    specs = (spec(SMALL + "owner: payments\n"),)
    for shown in (3, 5):
        found = site(*specs, owners=(), owners_file=file, project_findings=tuple(errors[:shown]))
        for address, link in (("index", "owners/"), ("shop", "../owners/")):
            content = page(found, address).content
            assert content.count("Fix it.") == 3
            assert (f'<a href="{link}">and 2 more</a>' in content) == (shown == 5)
        assert page(found, "owners").content.count("Fix it.") == shown


def test_a_site_replaces_one_block_of_a_template(tmp_path: Path) -> None:
    (tmp_path / "spec.html").write_text(
        '{% extends "builtin/spec.html" %}{% block title %}<h1>Ours {{ spec.id }}</h1>{% endblock %}'
    )
    found = site(spec(SMALL), options=SiteOptions(today=TODAY, overrides=(tmp_path,)))
    content = page(found, "shop").content
    assert "<h1>Ours shop</h1>" in content
    assert "1. Purpose" in content


@pytest.mark.parametrize(
    ("number", "language", "titles"),
    [
        (1, "en", ("critical integration", "open question")),
        (2, "en", ("critical integrations", "open questions")),
        (1, "pt-BR", ("integração crítica", "pergunta em aberto")),
        (2, "pt-BR", ("integrações críticas", "perguntas em aberto")),
    ],
)
def test_the_tiles_of_the_home_page_agree_with_their_number(
    number: int, language: str, titles: tuple[str, str]
) -> None:
    lines = "system: Shop\ntype: API\nstatus: draft\ncriticality: critical\npurpose:\n  why: 'TODO: why?'\n"
    specs = [spec(lines, f"shop-{each}") for each in range(number)]
    home = page(site(*specs, options=replace(OPTIONS, language=language)), "index").content
    for title in titles:
        assert f"<strong>{number}</strong> {title}</a>" in home


@pytest.mark.parametrize("language", languages())
def test_every_text_has_a_translation(language: str) -> None:
    translated = read_catalogue(language).messages
    assert [each for each in messages() if (each if isinstance(each, str) else each[0]) not in translated] == []
    assert set(translated) <= {each if isinstance(each, str) else each[0] for each in messages()}


@pytest.mark.parametrize("language", languages())
def test_a_translation_has_the_placeholders_of_its_text(language: str) -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)[^{}]*\}", text))

    for message, translation in read_catalogue(language).messages.items():
        for text in (translation,) if isinstance(translation, str) else translation:
            assert placeholders(text) == placeholders(message), message


def test_a_catalogue_is_all_that_a_language_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = update("fr", tmp_path)
    translated = path.read_text(encoding="utf-8").replace(
        'msgid "Owner"\nmsgstr ""', 'msgid "Owner"\nmsgstr "Propriétaire"'
    )
    path.write_text(translated, encoding="utf-8")
    monkeypatch.setattr("integration_specs.site.translations.LOCALE_FOLDER", tmp_path)
    monkeypatch.setattr("integration_specs.site.translations.read_catalogue", read_catalogue.__wrapped__)
    found = site(spec(SMALL + "last_updated: 2026-11-22\n"), options=replace(OPTIONS, language="fr-CA"))
    content = page(found, "shop").content
    assert ">Propriétaire</h2>" in content
    assert ">22 nov. 2026<" in content
    assert "Not written yet" in content  # without a translation English is shown
    assert len(found.pages) == len(site(spec(SMALL)).pages)


def test_dates_and_durations_are_written_as_people_of_the_language_do() -> None:
    assert translations_for("en").day(TODAY) == "22 Nov 2026"
    assert translations_for("pt-BR").day(TODAY) == "22/11/2026"
    assert (translations_for("en").duration("1d"), translations_for("pt_BR").duration("90d")) == ("1 day", "90 dias")


def test_a_special_look_belongs_to_a_section_of_the_schema() -> None:
    sections = {field.name for field in read_schema().sections}
    assert {path.stem for path in (PAGES / "templates" / "sections").glob("*.html")} <= sections


def test_a_warm_cache_never_gives_a_stale_page() -> None:
    """Whatever changes around a spec, pages from a cache equal pages rendered without it."""
    base = [
        spec(SMALL + "owner: payments\nlast_reviewed: 2026-11-01\nreview_every: 30d\ndepends_on: [other]\n"),
        spec(SMALL, "other"),
    ]
    sold = spec(SMALL + "title: Sold\n", "other")
    needs = spec(SMALL + "depends_on: [shop]\n", "third")
    hears = spec(SMALL + "events: {received: [], sent: [{name: paid, consumers: [other]}]}\n", "fourth")
    renamed = Owner("payments", "Money team", "team", {"contacts": []})
    late = SiteOptions(today=date(2027, 3, 1), edit_url=edit_url)
    found = Finding("x", "warning", "Look here", "specs/shop.yaml")
    catalogs = [
        (Catalog(tuple(base), (OWNER,)), OPTIONS),
        (Catalog((base[0], sold), (OWNER,)), OPTIONS),
        (Catalog((*base, needs, hears), (OWNER,)), OPTIONS),
        (Catalog((base[0], sold, hears), (renamed,)), OPTIONS),
        (Catalog(tuple(base), (OWNER,)), late),
        (Catalog(tuple(base), (OWNER,)), SiteOptions(today=TODAY, edit_url=edit_url, findings=(found,))),
        (Catalog(tuple(base), (OWNER,)), SiteOptions(today=TODAY, language="pt-BR", directory_urls=False)),
        (Catalog(tuple(base), (OWNER,)), OPTIONS),
    ]
    for catalog, options in catalogs:
        new = replace(catalog, specs=tuple(map(replace, catalog.specs)))
        keeping = replace(options, keeps_results=True)
        assert render(catalog, read_schema(), keeping) == render(new, read_schema(), options)
    keeping = replace(OPTIONS, keeps_results=True)
    before, after = (
        {page.address: page for page in render(catalogs[0][0], read_schema(), keeping).pages} for _ in range(2)
    )
    assert all(after[each.id].compressed is before[each.id].compressed for each in base), (
        "an unchanged spec is not rendered again"
    )


def test_attachments_are_published_only_when_listed_and_never_through_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "specs" / "shop"
    folder.mkdir(parents=True)
    secret = tmp_path / "secret.txt"
    for file in (folder / "listed.csv", folder / "unlisted.csv", folder / "page.html", folder / "script.js", secret):
        file.write_text(file.name)
    (folder / "link.txt").symlink_to(secret)
    paths = ["listed.csv", "page.html", "script.js", "link.txt", "missing.csv", "../../secret.txt"]
    listed = SMALL + "attachments:\n" + "".join(f"  - path: {path}\n" for path in paths)
    found = site(spec(listed), options=SiteOptions(today=TODAY, root=tmp_path))
    assert [each.address for each in found.assets if each.address.startswith("attachments/")] == [
        "attachments/shop/listed.csv"
    ]
    links = Outline(page(found, "shop").content).links
    assert [link for link in links if "attachments" in link] == ["../attachments/shop/listed.csv"]


def test_no_template_trusts_a_text_or_needs_a_looser_policy() -> None:
    for path in sorted((PAGES / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|<script|<style|\sstyle=|\son[a-z]+=|https?://", text), path.name


def test_facts_shared_by_all_events_are_shown_once() -> None:
    event = "{{name: paid.{number}, when: Now., signature: {{header: X-Signature}}, dedupe_key: {key}}}"
    events = ", ".join(event.format(number=number, key="id" if number else "other") for number in range(4))
    content = page(site(spec(SMALL + f"events: {{received: [{events}], sent: []}}\n")), "shop").content
    assert content.count("X-Signature") == 1
    assert content.count("same for all events") == 4
    assert content.count("<code>other</code>") == 1


def test_the_waits_between_attempts_are_worked_out() -> None:
    retry = "{summary: Again., max_attempts: 5, backoff: exponential, initial_delay: 20s, max_delay: 1m}"
    shown = Outline(page(site(spec(SMALL + f"error_handling: {{retry: {retry}}}\n")), "shop").content).text
    assert "20 sec → 40 sec → 1 min → 1 min → Dead-letter" in " ".join(shown.split())


def test_an_open_question_shows_its_text_owner_and_date() -> None:
    text = SMALL + 'purpose: {why: "TODO(2027-03-31, payments): what for?"}\n'
    shown = " ".join(Outline(page(site(spec(text)), "shop").content).text.split())
    assert "Open question what for? (assigned to Payments team, by 31 Mar 2027)" in shown


def test_search_finds_paths_fields_and_error_codes() -> None:
    text = (
        SMALL
        + "endpoints: [{method: POST, path: '/{id}/messages', response: {example: {wamid: x}}, errors: [{on: '131047'}]}]\n"
    )
    entries = page(site(spec(text)), "shop").search
    entry = next(entry for entry in entries if entry.title == "POST /{id}/messages")
    assert entry.anchor == "endpoint-post-id-messages"
    assert {"wamid", "131047", "/{id}/messages"} <= set(entry.text.split())


def test_search_finds_pages_about_all_specs_by_what_they_answer() -> None:
    text = SMALL + "endpoints: [{method: GET, path: /a, errors: [{on: '131047', meaning: Full, action: Wait.}]}]\n"
    found = site(spec(text))
    titles = {entry.title: entry for entry in page(found, "across/errors").search}
    assert "131047" in titles["Errors"].text
    assert "overdue for review" in {entry.title for entry in page(found, "health").search}
    assert not any("131047" in entry.text for entry in page(found, "across/endpoints").search)


def test_search_leads_to_the_row_of_a_local_field() -> None:
    rows = "".join(
        f"      - {{local: {name}, remote: x, direction: Inbound}}\n" for name in ("full name", "full-name", "id")
    )
    fields = f"data_mapping:\n  - local_entity: customer\n    remote_object: buyer\n    fields:\n{rows}"
    found = page(site(spec(SMALL + fields)), "across/fields")
    entries = {entry.title: entry.anchor for entry in found.search if entry.anchor.startswith("field-")}
    assert set(entries) == {"customer.full name", "customer.full-name", "customer.id"}
    assert all(found.content.count(f'id="{anchor}"') == 1 for anchor in entries.values())


def test_retries_are_filtered_by_what_is_retried_and_found_by_it() -> None:
    text = SMALL + "error_handling: {retry: {max_attempts: 2, retry_on: [429, 5xx]}}\n"
    found = page(site(spec(text), spec(SMALL, "other")), "across/errors")
    assert "retry_on=Retried on" in found.content
    assert next(entry for entry in found.search if entry.anchor == "retries").text == "\t429 5xx"


def test_a_page_of_several_tables_leads_to_each() -> None:
    found = site(spec(SMALL))
    for address, anchor in (("across/fields", "fields-title"), ("health", "findings-title")):
        content = page(found, address).content
        assert content.index(f'href="#{anchor}"') < content.index(f'id="{anchor}"')
    assert 'href="#' not in page(found, "across/endpoints").content


def test_the_name_of_a_node_leaves_room_for_its_note() -> None:
    name = "Delivery tools team"
    nodes = tuple(Node(f"o:{key}", name + more, "#", "1 system") for key, more in (("a", ""), ("b", " of the north")))
    drawn = draw(Graph(nodes, ()), "x", {"o": "Owners"})
    assert f">{name}</text>" in drawn
    assert f">{name}…</text>" in drawn


def test_contacts_open_by_their_own_link_or_by_the_address_of_their_channel() -> None:
    contacts = [
        {"channel": "slack", "address": "#pay & co"},
        {"channel": "teams", "address": "Room", "url": "https://teams.example.com/room"},
        {"channel": "phone", "address": "+55 11 5555-0000"},
        {"channel": "pager", "address": "javascript:alert(1)"},
    ]
    owner = Owner("payments", "Payments team", "team", {"contacts": contacts})
    urls = {"slack": "https://slack.example.com/{address}"}
    found = site(spec(SMALL + "owner: payments\n"), owners=(owner,), options=replace(OPTIONS, contact_urls=urls))
    links = Outline(page(found, "incident/shop").content).links
    assert {"https://slack.example.com/pay%20%26%20co", "https://teams.example.com/room", "tel:+551155550000"} <= set(
        links
    )
    assert not [link for link in links if "javascript" in link]


def test_links_are_right_with_and_without_directory_addresses() -> None:
    specs = [spec(SMALL + "owner: payments\ndepends_on: [other]\n"), spec(SMALL, "other")]
    flat = site(*specs, options=SiteOptions(today=TODAY, directory_urls=False))
    assert {"other.html", "owners/payments.html"} <= set(Outline(page(flat, "shop").content).links)
    assert "../shop.html" in Outline(page(flat, "owners/payments").content).links
    deep = site(*specs)
    assert {"../other/", "../owners/payments/"} <= set(Outline(page(deep, "shop").content).links)
    assert "../../shop/" in Outline(page(deep, "owners/payments").content).links
    assert "shop/" in Outline(page(deep, "index").content).links


def test_no_spec_can_be_called_as_a_page_of_ours(tmp_path: Path) -> None:
    whole = Workspace(read_settings(ROOT)).catalog()
    found = render(whole, read_schema(), replace(OPTIONS, root=ROOT, rules=rule_texts()))
    assert [page.address for page in found.pages if not page.nav] == [], "add them to site/navigation.py"
    addresses = [page.address for page in found.pages] + [asset.address for asset in found.assets]
    addresses += [redirect.address for redirect in found.redirects if redirect.address.startswith("samples/")]
    first = {address.partition("/")[0].partition(".")[0] for address in addresses}
    assert first - {spec.id for spec in whole.specs} == OWN_ADDRESSES - {"changes"}
    refused = load_text("a: [", "specs/x.yaml")
    broken = [BrokenSpec(name, f"specs/{name}.yaml", refused, refused.findings) for name in OWN_ADDRESSES]
    twice = [*broken, *broken]
    former = spec("system: Shop\ntype: API\nstatus: draft\nformer_ids: [owners, across]\n")
    crowded = site(former, broken=tuple(twice))
    taken = [page.address for page in crowded.pages] + [redirect.address for redirect in crowded.redirects]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize(
    ("header", "of_project", "shown"),
    [
        ("criticality: low\n", {}, "due 22 Dec 2027"),
        ("criticality: low\n", {"low": "30d"}, "overdue since 21 Jan 2026"),
        ("", {}, "due 22 Dec 2026"),
        ("", {"low": "30d"}, "due 22 Dec 2026"),
        ("review_every: 10d\n", {"medium": "90d"}, "overdue since 1 Jan 2026"),
    ],
)
def test_a_review_holds_on_pages_as_long_as_in_the_check(header: str, of_project: dict[str, str], shown: str) -> None:
    shop = spec(f"system: Shop\ntype: API\nstatus: draft\nlast_reviewed: 2025-12-22\n{header}")
    index = page(site(shop, options=replace(OPTIONS, review_every=of_project)), "index").content
    assert f"review {shown}" in re.sub(r"<[^>]*>", "", index)
