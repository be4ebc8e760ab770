"""The search of the theme: each query finds the expected page first."""

from urllib.parse import quote

from playwright.sync_api import Page

from browser.harness import BuiltSite, OpenPage

FIRST = {
    "payment.amount": "pagar-me/#data-mapping",
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
    "dead letter": "whatsapp/",
    "who owns whatsapp": "whatsapp/",
    "cnab": "bank-payment-files/",
    "pix": "pagar-me/",
    "deployment": "github-deployments/",
}
"""First hits. An address with an anchor must be among the first entries of the first page found."""


def first_hits(page: Page, url: str, query: str) -> list[str]:
    """Return the addresses in the first result, below the address of the site."""
    page.goto(f"{url}?q={quote(query)}")
    page.locator(".md-search-result__item a").first.wait_for(state="attached")
    links: list[str] = (
        page.locator(".md-search-result__item")
        .first.locator("a")
        .evaluate_all("links => links.map(link => link.pathname.slice(1) + link.hash)")
    )
    return links


def test_each_query_finds_its_page_first(built_site: BuiltSite, open_page: OpenPage) -> None:
    page = open_page("desktop")
    wrong = {}
    for query, expected in FIRST.items():
        found = first_hits(page, built_site.url, query)
        if not found or expected not in found or found[0].partition("#")[0] != expected.partition("#")[0]:
            wrong[query] = found
    assert wrong == {}


def test_the_format_and_the_rules_come_last(built_site: BuiltSite, open_page: OpenPage) -> None:
    page = open_page("desktop")
    for query in ("endpoints", "environments", "owner", "retry"):
        assert first_hits(page, built_site.url, query)[0].partition("/")[0] not in ("reference", "rules"), query
