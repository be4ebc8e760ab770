"""The search of the theme: each query finds the expected page first."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from browser.conftest import ROOT, build
from browser.harness import BuiltSite, OpenPage

ENGLISH = {
    "payment.amount": "across/fields/#field-payment-amount",
    "curl pix": "pagar-me/",
    "unowned": "owners/",
    "without owner": "owners/",
    "expires": "across/clock/",
    "scope": "across/authentication/",
    "scopes": "across/authentication/",
    "personal data": "across/personal-data/",
    "open questions": "across/questions/",
    "secrets": "across/secrets/",
    "rate limit": "across/endpoints/",
    "pagar.me": "pagar-me/",
    "pagar": "pagar-me/",
    "whatsapp": "whatsapp/",
    "zoho": "zoho-sprints/",
    "zoho token": "zoho-sprints/#authentication",
    "tax authority": "tax-invoices/",
    "bank files": "bank-payment-files/",
    "github": "github-deployments/",
    "templates": "whatsapp/",
    "refund": "pagar-me/",
    "POST /orders": "pagar-me/",
    "order.paid": "pagar-me/#event-received-order-paid",
    "charge.refunded": "pagar-me/#event-received-charge-refunded",
    "recipient": "pagar-me/",
    "recipients transfers": "pagar-me/",
    "dead letter": "bank-payment-files/#error-handling-dead-letter",
    "who owns whatsapp": "whatsapp/",
    "cnab": "bank-payment-files/",
    "pix": "pagar-me/",
    "deployment": "github-deployments/",
    "pagar.me webhooks replay": "pagar-me/#maintenance-replay",
    "pagar.me replay": "pagar-me/#maintenance-replay",
    "whatsapp replay": "whatsapp/#maintenance-replay",
    "zoho replay": "zoho-sprints/#maintenance-replay",
    "github replay": "github-deployments/#maintenance-replay",
    "bank files replay": "bank-payment-files/#maintenance-replay",
    "pagar.me environments": "pagar-me/#environments",
    "whatsapp environments": "whatsapp/#environments",
    "zoho environments": "zoho-sprints/#environments",
    "github environments": "github-deployments/#environments",
    "invoices environments": "tax-invoices/#environments",
    "pagar.me authentication": "pagar-me/#authentication",
    "whatsapp authentication": "whatsapp/#authentication",
    "zoho authentication": "zoho-sprints/#authentication",
    "github authentication": "github-deployments/#authentication",
    "bank payment files authentication": "bank-payment-files/#authentication",
    "pagar.me error handling": "pagar-me/#error-handling",
    "whatsapp retries": "whatsapp/#error-handling",
    "zoho retry": "zoho-sprints/#error-handling",
    "github retry": "github-deployments/#error-handling",
    "tax authority retry": "tax-invoices/#error-handling",
    "whatsapp dashboards": "whatsapp/#maintenance",
    "pagar.me dashboards": "pagar-me/#maintenance",
    "github maintenance": "github-deployments/#maintenance",
    "whatsapp data mapping": "whatsapp/#data-mapping",
    "pagar.me testing": "pagar-me/#testing",
    "zoho testing": "zoho-sprints/#testing",
    "whatsapp dead letter": "whatsapp/#error-handling",
    "pagar.me secret": "pagar-me/#authentication",
    "zoho scopes": "zoho-sprints/#authentication",
    "pagar.me rate limit": "pagar-me/",
    "whatsapp events": "whatsapp/#events",
    "github webhooks": "github-deployments/",
    "bank files mapping": "bank-payment-files/#data-mapping",
    "whatsapp outage": "whatsapp/#maintenance-outage-impact",
    "environments": "across/environments/",
    "events": "across/events/",
    "retries": "across/errors/",
    "endpoints": "across/endpoints/",
}
PORTUGUESE = {
    "payment.amount": "across/fields/#field-payment-amount",
    "curl pix": "pagar-me/",
    "sem dono": "owners/",
    "vence": "across/clock/",
    "escopo": "across/authentication/",
    "escopos": "across/authentication/",
    "dados pessoais": "across/personal-data/",
    "perguntas em aberto": "across/questions/",
    "segredos": "across/secrets/",
    "limites": "across/endpoints/",
    "pagar.me": "pagar-me/",
    "whatsapp": "whatsapp/",
    "zoho": "zoho-sprints/",
    "zoho autenticação": "zoho-sprints/#authentication",
    "whatsapp autenticação": "whatsapp/#authentication",
    "github autenticação": "github-deployments/#authentication",
    "pagar.me ambientes": "pagar-me/#environments",
    "whatsapp ambientes": "whatsapp/#environments",
    "zoho ambientes": "zoho-sprints/#environments",
    "pagar.me webhooks reprocessar": "pagar-me/#maintenance-replay",
    "pagar.me webhooks replay": "pagar-me/#maintenance-replay",
    "whatsapp reprocessar": "whatsapp/#maintenance-replay",
    "whatsapp mapeamento": "whatsapp/#data-mapping",
    "pagar.me erros": "pagar-me/#error-handling",
    "zoho testes": "zoho-sprints/#testing",
    "github manutenção": "github-deployments/#maintenance",
    "POST /orders": "pagar-me/",
    "order.paid": "pagar-me/#event-received-order-paid",
    "charge.refunded": "pagar-me/#event-received-charge-refunded",
    "calendário": "across/clock/",
    "responsáveis": "owners/",
    "saúde": "health/",
    "panorama": "landscape/",
    "cnab": "bank-payment-files/",
    "pix": "pagar-me/",
    "deployment": "github-deployments/",
    "tax authority": "tax-invoices/",
    "ambientes": "across/environments/",
    "eventos": "across/events/",
    "novas tentativas": "across/errors/",
    "whatsapp eventos": "whatsapp/#events",
}
"""First hits. An address with an anchor must be among the first entries of the first page found."""


_FIRST_HITS = """async queries => {
    const field = document.querySelector("input.md-search__input"), found = {};
    const ask = async (query, isShown) => {
        field.value = query;
        field.dispatchEvent(new KeyboardEvent("keyup"));  // the theme listens to keys
        for (let frame = 0; frame < 900 && !isShown(); frame++) await new Promise(requestAnimationFrame);
    };
    for (const query of queries) {
        await ask("", () => !document.querySelector(".md-search-result__item"));
        await ask(query, () => document.querySelector(".md-search-result__item a"));
        const links = document.querySelectorAll(".md-search-result__item:first-child a");
        found[query] = [...links].map(link => link.pathname.slice(1) + link.hash);
    }
    return found;
}"""


def first_hits(page: Page, *queries: str) -> dict[str, list[str]]:
    """Return the addresses in the first result of each query, below the address of the site; the last query is left there."""
    page.locator("input.md-search__input").focus()
    found: dict[str, list[str]] = page.evaluate(_FIRST_HITS, queries)
    assert all(found.values()), [query for query in queries if not found[query]]
    return found


def wrong_hits(page: Page, site: BuiltSite, expected: dict[str, str]) -> dict[str, list[str]]:
    """Return what is found instead of the expected page, by query."""
    page.goto(site.url)
    found = first_hits(page, *expected)
    return {
        query: hits
        for query, hits in found.items()
        if expected[query] not in hits or hits[0].partition("#")[0] != expected[query].partition("#")[0]
    }


def test_each_query_finds_its_page_first(built_site: BuiltSite, open_page: OpenPage) -> None:
    assert wrong_hits(open_page("desktop"), built_site, ENGLISH) == {}


def test_each_portuguese_query_finds_its_page_first(portuguese_site: BuiltSite, open_page: OpenPage) -> None:
    assert wrong_hits(open_page("desktop"), portuguese_site, PORTUGUESE) == {}


def test_a_large_site_finds_the_same_pages_endpoints_and_events(
    tmp_path: Path, open_page: OpenPage, serve: Callable[[Path], str]
) -> None:
    program = "from integration_specs.site import navigation; navigation.LISTED = 0\n"
    program += "from mkdocs.__main__ import cli; cli(prog_name='mkdocs')"
    build(tmp_path / "site", ROOT / "mkdocs.yml", program=("-c", program))
    entries = json.loads((tmp_path / "site" / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    places = {entry["location"] for entry in entries}
    assert "pagar-me/#authentication" not in places
    expected = {
        query: hit if hit in places else hit.partition("#")[0]
        for query, hit in ENGLISH.items()
        if query != "dead letter"  # two specs have one
    }
    site = BuiltSite(tmp_path / "site", serve(tmp_path / "site"))
    assert wrong_hits(open_page("desktop"), site, expected) == {}


def test_the_format_and_the_rules_come_last(built_site: BuiltSite, open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.goto(built_site.url)
    for query, hits in first_hits(page, "endpoints", "environments", "owner", "retry").items():
        assert hits[0].partition("/")[0] not in ("reference", "rules"), query


def test_an_excerpt_is_what_matches(built_site: BuiltSite, open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto(built_site.url)
    first_hits(page, "payment.amount")
    row = "payment.amount charges[].amount Inbound Centavos to reais, divided by 100. integer BRL"
    excerpts = page.locator(".md-search-result__article p:visible")
    expect(excerpts).to_have_text([row], use_inner_text=True)
    first_hits(page, "pagar.me webhooks replay")
    shown = page.locator(".md-search-result__list").inner_text()
    assert "billing hooks replay --since" in shown
    assert "`" not in shown
    assert "Maintenance and monitoring replay" not in shown
