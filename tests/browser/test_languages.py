"""The site in Portuguese, walked by its readers, and in a language whose catalogue was added afterwards."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import build, variant
from browser.harness import SIZES, BuiltSite, OpenPage, Size
from messages import update


@pytest.mark.parametrize("size", SIZES)
def test_the_six_readers_find_their_answers_in_portuguese(
    portuguese_site: BuiltSite, open_page: OpenPage, size: Size
) -> None:
    page, home = open_page(size), portuguese_site.url
    article = page.locator(".ispec")

    def navigate(*names: str) -> None:
        page.goto(home)
        if size == "phone":
            page.locator(".md-header label[for=__drawer]:visible").first.click()
        page.locator(".md-nav--primary").get_by_role("link", name=names[0]).first.click()
        for name in names[1:]:
            article.get_by_role("link", name=name).first.click()

    page.goto(home)  # on call
    page.locator("tr", has_text="Pagar.me payments").get_by_role("link", name="Ficha de incidente").click()
    expect(article.get_by_role("heading", name="Como reprocessar")).to_be_visible()
    expect(article.get_by_text("billing hooks replay").first).to_be_visible()
    navigate("Explorar", "Campos de dados")  # a newcomer
    page.locator("#fields").get_by_role("searchbox").fill("gravado por dois")
    expect(page.locator("#fields tbody tr:visible").first).to_be_visible()
    navigate("Explorar", "Segredos")  # security
    article.get_by_role("button", name=re.compile("^90 dias")).click()
    expect(page).to_have_url(re.compile("when=90"))
    page.goto(home)  # a manager
    article.get_by_role("link", name=re.compile("sem responsável")).click()
    expect(article.get_by_role("heading", level=1)).to_have_text("Responsáveis")
    page.goto(home)  # a developer
    article.get_by_role("link", name="Pagar.me payments").first.click()
    order = page.locator(".ispec-item", has=page.locator("#endpoint-create-pix-order"))
    order.locator("> summary").click()
    expect(order.get_by_text("curl --request POST")).to_be_visible()
    navigate("Histórico de alterações")  # a reviewer
    expect(article.get_by_role("heading", level=1)).to_have_text("Histórico de alterações")


def test_faults_of_specs_and_owners_are_reported_in_portuguese(faulty_portuguese_site: BuiltSite, page: Page) -> None:
    page.goto(f"{faulty_portuguese_site.url}zoho-sprints/")
    expect(page.locator(".ispec-finding").first).to_contain_text(
        "Valor inválido para type: Rest API; você quis dizer API?"
    )
    expect(page.locator(".ispec-finding").first).to_contain_text("type: Tipo da integração.")
    page.goto(f"{faulty_portuguese_site.url}pagar-me/")
    expect(page.locator("#problems")).to_contain_text("a especificação wathsapp não existe; você quis dizer whatsapp?")
    page.goto(f"{faulty_portuguese_site.url}owners/")
    expect(page.get_by_role("alert")).to_contain_text("Valor inválido para owners.")
    page.goto(f"{faulty_portuguese_site.url}changes/")
    expect(page.locator(".ispec-notice")).to_contain_text("a pasta do projeto não está em um repositório git")


def test_a_catalogue_that_is_added_afterwards_is_used(
    tmp_path: Path, open_page: OpenPage, serve: Callable[[Path], str], built_site: BuiltSite
) -> None:
    catalogue = update("fr", tmp_path / "locale")
    text = catalogue.read_text(encoding="utf-8")
    for english, french in (("Owner", "Propriétaire"), ("without owner", "sans propriétaire"), ("all", "tous")):
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{french}"')
    catalogue.write_text(text, encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from integration_specs.site import translations; "
        f"translations.LOCALE_FOLDER = Path({str(tmp_path / 'locale')!r}); from mkdocs.__main__ import cli; cli()"
    )
    build(tmp_path / "site", variant(tmp_path, language="fr"), program=("-c", program))
    url = serve(tmp_path / "site")
    page = open_page()
    page.goto(url)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".ispec-tiles")).to_contain_text("sans propriétaire")
    expect(page.get_by_label("Propriétaire").locator("option").first).to_have_text("Propriétaire: tous")
    expect(page.locator("#integrations time, #integrations .ispec-badge--ok").first).to_contain_text("févr.")
