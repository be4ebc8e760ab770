"""The words that carry facts, from `fact_words.toml`, and the forms in which they are compared."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path


@cache
def fold(word: str) -> str:
    """Return a word in lower case without accents."""
    plain = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return plain.encode("ascii", "ignore").decode().lower()


@cache
def stem(word: str) -> str:
    """Return a word without its common endings, so that singular and plural and tenses are one word."""
    word = by_word("irregular").get(word, word)
    for ending in ("ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word[: -len(ending)]
    return word


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("fact_words.toml").read_text(encoding="utf-8"))


def table(name: str) -> dict[str, str]:
    """Return a table of `fact_words.toml`."""
    return _tables()[name]


@cache
def grammar(name: str) -> frozenset[str]:
    """Return a list of words: `filler`, `negations`, or those that occur in `english` or `portuguese` only."""
    return frozenset(table("grammar")[name].split())


@cache
def by_word(name: str) -> dict[str, str]:
    """Return what the words of a table stand for: numbers, seconds of `time_units`, or `contrasts` such as of age."""
    return {word: value for value, words in table(name).items() for word in words.split()}


@cache
def patterns(kind: str) -> list[tuple[str, re.Pattern[str]]]:
    """Return the facts of a list of `fact_words.toml`, each with the pattern of its words."""
    found = []
    for value, words in table(kind).items():
        alternatives = "|".join(
            re.escape(word).replace(r"\*", r"\w*").replace("_", r"[\s-]")
            for word in sorted(words.split(), key=len, reverse=True)
        )
        found.append((value, re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])")))
    return found
