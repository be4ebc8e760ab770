"""Names, suggestions and display of text."""

import pytest

from integration_specs.text.display import listing, plural, printable
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
