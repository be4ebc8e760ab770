"""Names, suggestions and display of text."""

import json
import pickle
from copy import deepcopy
from html import escape
from typing import Any

import pytest

from integration_specs.site.highlight import json_html
from integration_specs.site.translations import translations_for
from integration_specs.text.display import listing, plural, printable
from integration_specs.text.json_text import indented_json
from integration_specs.text.messages import DerivedMessage, Message, joined, map_values
from integration_specs.text.names import slug, unique_name
from integration_specs.text.suggestions import closest, did_you_mean


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Operações", "operacoes"),
        ("Cobrança São Paulo", "cobranca-sao-paulo"),
        ("São Paulo", "sao-paulo"),
        ("  Pagar.me / v5  ", "pagar-me-v5"),
        ("Straße Ærø Łódź Đorđe", "strasse-aero-lodz-dorde"),
        ("ÇA", "ca"),
        ("e\u0301te\u0301", "ete"),
        ("already-fine-2", "already-fine-2"),
        ("a" * 200, "a" * 80),
        ("a" * 79 + " b", "a" * 79),
        ("日本", "item"),
        ("", "item"),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected
    assert slug(slug(text)) == slug(text)


def test_slug_of_nothing_is_the_default() -> None:
    assert slug("日本", "") == ""
    assert slug("…", "note") == "note"


def test_unique_name() -> None:
    assert unique_name("a", ()) == "a"
    assert unique_name("a", {"a", "a-2"}) == "a-3"
    assert unique_name("a", {"a"}, " ", 5) == "a 5"


@pytest.mark.parametrize("word", ["lastUpdated", "LAST-UPDATED", "last updated", "last_updatd"])
def test_closest_ignores_case_and_separators(word: str) -> None:
    assert closest(word, ["last_reviewed", "last_updated"]) == "last_updated"


def test_nothing_is_close_to_another_word() -> None:
    assert closest("banana", ["last_updated", "owner"]) == ""
    assert did_you_mean("banana", ["owner"]) == ""
    assert did_you_mean("banana", ["owner"], "; see `list`") == "; see `list`"
    assert did_you_mean("ownr", ["owner"]) == "; did you mean `owner`?"


def test_display() -> None:
    assert printable("a\x1bb\n") == "a\\x1bb\\n"
    assert printable("é日") == "é日"
    assert printable("x" * 100) == "x" * 59 + "…"
    assert (plural(1, "spec"), plural(0, "spec"), plural(1000, "spec")) == ("1 spec", "0 specs", "1,000 specs")
    assert listing(["a"]) == "`a`"
    assert listing("abc") == "`a`, `b` and `c`"
    assert listing("abcd", 2) == "`a`, `b` and 2 more"


MESSAGE = Message("{what} expires in {days}", what=Message("the secret"), days=plural(2000, "day"))


def test_a_message_is_its_english_text_and_is_translated_from_its_template() -> None:
    assert MESSAGE == "the secret expires in 2,000 days"
    assert translations_for("pt-BR")(MESSAGE) == "o segredo expira em 2.000 dias"
    assert translations_for("en")(MESSAGE) == MESSAGE
    assert translations_for("pt-BR")(DerivedMessage(str.upper, MESSAGE)) == "O SEGREDO EXPIRA EM 2.000 DIAS"
    assert translations_for("pt-BR")(joined("{first} or {second}", "abc")) == "a ou b ou c"
    assert translations_for("pt-BR")(Message("no such text: {value}", value="owner")) == "no such text: owner"


@pytest.mark.parametrize("message", [MESSAGE, DerivedMessage(str.lower, "Owner"), plural(1, "day")])
def test_a_message_survives_copies_and_other_processes(message: Message) -> None:
    for copy in (pickle.loads(pickle.dumps(message)), deepcopy(message)):  # noqa: S301 (our own)
        assert copy == message
        assert type(copy) is type(message)
        assert translations_for("pt-BR")(copy) == translations_for("pt-BR")(message)


def test_replacing_parts_of_a_message_keeps_its_template_only_if_these_are_values() -> None:
    message = Message("`{key}` is required here and is missing.", key="sk_live")
    masked = map_values(lambda text: text.replace("live", "****"), message)
    assert translations_for("pt-BR")(masked) == "`sk_****` é obrigatório aqui e está faltando."
    assert type(map_values(lambda text: text.replace("required", "****"), message)) is str
    assert type(map_values(lambda text: text.replace("live` is", "****"), message)) is str


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, -2.5, 1e16, 1e-7, 10**30, True, False, None, "x"], "b": {"c": [], "d": {}}, 'é"\\': ["<&>\n\u2028"]},
        [[[]], [{}], [[1], {"": ""}]],
        [],
        {},
        "\x00\ud800 ü",
        0,
        True,
        None,
    ],
)
def test_indented_json_is_that_of_python(value: Any) -> None:
    assert indented_json(value) == json.dumps(value, ensure_ascii=False, indent=2)
    marked = json_html(value)
    for mark in "ibu":
        marked = marked.replace(f"<{mark}>", "").replace(f"</{mark}>", "")
    assert marked == escape(indented_json(value), quote=False)


def test_colours_of_json_are_of_values_and_not_of_keys() -> None:
    html = json_html({"null": None, "1": 1, "true": [False, "1", -0.5]})
    assert "".join(html.split()) == '{"null":<b>null</b>,"1":<u>1</u>,"true":[<b>false</b>,<i>"1"</i>,<u>-0.5</u>]}'
