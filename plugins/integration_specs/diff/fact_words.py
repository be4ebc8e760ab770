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
    word = _irregular().get(word, word)
    for ending in ("ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word[: -len(ending)]
    return word


@cache
def _table(name: str) -> dict[str, str]:
    table: dict[str, str] = tomllib.loads(Path(__file__).with_name("fact_words.toml").read_text(encoding="utf-8"))[name]
    return table


@cache
def filler() -> frozenset[str]:
    """Return the words that are mere grammar."""
    return frozenset(_table("grammar")["filler"].split())


@cache
def contrast_words() -> frozenset[str]:
    """Return the words that have an opposite, such as `older`."""
    return frozenset(word for words in _table("contrasts").values() for word in words.split())


@cache
def words_only_of(language: str) -> frozenset[str]:
    """Return the words that occur in one language only, `english` or `portuguese`."""
    return frozenset(_table("grammar")[language].split())


@cache
def negations() -> frozenset[str]:
    """Return the words that negate a clause."""
    return frozenset(_table("grammar")["negations"].split())


@cache
def _irregular() -> dict[str, str]:
    return {word: base for base, words in _table("irregular").items() for word in words.split()}


@cache
def number_words() -> dict[str, str]:
    """Return the number of each word for one."""
    return {word: number for number, words in _table("numbers").items() for word in words.split()}


@cache
def time_units() -> dict[str, int]:
    """Return the seconds of each unit of time."""
    return {word: int(seconds) for seconds, words in _table("time_units").items() for word in words.split()}


@cache
def patterns(kind: str) -> list[tuple[str, re.Pattern[str]]]:
    """Return the facts of a list of `fact_words.toml`, each with the pattern of its words."""
    found = []
    for value, words in _table(kind).items():
        alternatives = "|".join(
            re.escape(word).replace(r"\*", r"\w*").replace("_", r"\s")
            for word in sorted(words.split(), key=len, reverse=True)
        )
        found.append((value, re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])")))
    return found
