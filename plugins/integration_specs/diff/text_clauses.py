"""Read a text as clauses: their words, with numbers, durations and terms as facts, and whether they are negated."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from itertools import takewhile

from .fact_words import by_word, fold, grammar, patterns, stem, table

_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in table("tokens").items()))
_TERM_IN_WORDS = re.compile(r"[A-Z]{2,}|[a-z]+[A-Z]\w*|\w*[0-9]\w*")
_WITHOUT = ("without", "sem")
_GENITIVE = re.compile(r"(?<=\w)['’]s?$")


@dataclass
class Clause:
    """A part of a sentence: its words, with the positions of facts that are not words, and whether it is negated."""

    words: list[str] = field(default_factory=list)
    facts: list[tuple[str, str, str]] = field(default_factory=list)
    text: str = ""
    left: int = -1
    is_portuguese: bool = False

    @property
    def negations(self) -> list[str]:
        """Return the words that negate the clause."""
        return [word for word in self.words if _negates(word, is_portuguese=self.is_portuguese)]


def _negates(word: str, *, is_portuguese: bool) -> bool:
    """Return whether a word negates what follows; in Portuguese `no` is `in the`."""
    return (word in grammar("negations") or word.endswith("n't")) and not (word == "no" and is_portuguese)


def read_clauses(text: str) -> Iterator[Clause]:
    """Yield the clauses of a text; a sentence with an arrow is one clause."""
    sentences: list[list[re.Match[str]]] = [[]]
    for match in _TOKEN.finditer(_without_idioms(text)):
        if match.lastgroup == "stop":
            sentences.append([])
        else:
            sentences[-1].append(match)
    languages = [_language(sentence) for sentence in sentences]
    main = sum(languages)
    for sentence, language in zip(sentences, languages, strict=True):
        yield from _of_sentence(sentence, is_portuguese=(language or main) > 0)


@lru_cache(maxsize=1024)
def content_words(text: str) -> frozenset[str]:
    """Return the stems of the words of a text that are not mere grammar."""
    return frozenset(
        stem(word) for clause in read_clauses(text) for word in clause.words if word not in grammar("filler")
    )


def word_facts(clause: Clause, kinds: list[str], names: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the facts that the word lists find in a clause, in the order of the text."""
    text = " ".join(word.strip("\0\1").lower() for word in clause.words)
    without_terms = " ".join(
        "·" * len(word.strip("\0")) if word[:1] == "\0" else word.strip("\1") for word in clause.words
    )
    matches = [
        (match.start(), -match.end(), kind, value, match[0].strip())
        for kind in kinds
        for value, pattern in patterns(kind)
        for match in pattern.finditer(without_terms if kind == "instructions" else text)
    ]
    found: list[tuple[int, str, str, str]] = []
    end = 0
    for start, negative_end, kind, value, shown in sorted(matches):  # the longest of overlapping phrases
        if start >= end:
            found.append((start, kind, value, shown))
            end = -negative_end
    found += [(0, "term", name, name) for name in names if f" {name} " in f" {text} "]
    if "operations" in kinds:
        pair = re.search(r"(?<!\S)(\S+) (?:to|into|para) ((?![0-9]|one\b)\S+)", text)
        terms = re.search(r"\0\S+ (?:to|into|para) \0", " ".join(clause.words))
        if pair and (terms or len([1 for _, kind, *_ in found if kind == "operations"]) > 1):
            found.append((0, "operations", f"{stem(pair[1])} to {stem(pair[2])}", pair[0]))
    yield from ((kind, value, shown) for _, kind, value, shown in sorted(found))


def _language(tokens: Iterable[re.Match[str]]) -> int:
    """Return how many more words there are that only Portuguese has than words that only English has."""
    words = [match[0] for match in tokens if match.lastgroup == "word" and not match[0][1:].isupper()]
    return sum(
        (fold(word) in grammar("portuguese") or (word[:1].islower() and not word.isascii()))
        - (fold(word) in grammar("english"))
        for word in words
    )


@lru_cache(maxsize=64)  # several rules read the same text
def _without_idioms(text: str) -> str:
    """Return a text without emphasis, and without phrases whose words mean something else."""
    for pattern, words in _idioms():
        text = pattern.sub(words, text)
    return text


@cache
def _idioms() -> list[tuple[re.Pattern[str], str]]:
    names = "|".join(by_word("numbers")).replace("tres", "tr[eê]s")
    number = rf"(?:[0-9]+|(?:{names})\b)"
    idioms = table("idioms").items()
    return [(re.compile(pattern.replace("<number>", number), re.IGNORECASE), words) for pattern, words in idioms]


def _of_sentence(tokens: list[re.Match[str]], *, is_portuguese: bool) -> Iterator[Clause]:
    """Yield the clauses of a sentence: up to a pause or, in a list of conversions, up to the pause after an arrow."""
    arrows = sum(match.lastgroup == "arrow" for match in tokens)
    new_clause = partial(Clause, is_portuguese=is_portuguese)
    clause, without, left = new_clause(), new_clause(), 0
    for number, match in enumerate(tokens):
        following = [fold(each[0]) for each in tokens[number + 1 : number + 4]]
        starts_negation = any(_negates(word, is_portuguese=is_portuguese) for word in following)
        ends_negation = match[0].lower() in ("and", "e") and (starts_negation or bool(clause.negations))
        is_pause = match.lastgroup == "pause" or fold(match[0]) in ("but", "mas") or ends_negation
        if match[0].lower() in ("and", "e") and clause.left >= 0:  # in `a → x and b → y`
            is_pause = "arrow" in [each.lastgroup for each in takewhile(_is_no_pause, tokens[number + 1 :])]
        if fold(match[0]) in _WITHOUT and not arrows:
            left = 2
        if left and not is_pause:  # such a word negates only the next one
            _add(without, str(match.lastgroup), match[0])
            left -= fold(match[0]) not in grammar("filler") | by_word("contrasts").keys()
            if not left:
                yield _with_durations(without)
                without = new_clause()
        elif is_pause and (not arrows or (arrows > 1 and clause.left >= 0)):
            if clause.words:
                yield _with_durations(clause)
            clause = new_clause()
            left = 0
        elif not is_pause:
            _add(clause, str(match.lastgroup), match[0])
    yield from (_with_durations(each) for each in (clause, without) if each.words)


def _is_no_pause(match: re.Match[str]) -> bool:
    return match.lastgroup != "pause"


def _add(clause: Clause, kind: str, token: str) -> None:
    """Add a token to a clause; words that are facts are marked with a control character."""
    clause.text += f" {token}" if clause.text else token
    parts = _plain_parts(token) if kind == "name" else ()
    for part in parts or (token,):
        _add_word(clause, "word" if parts else kind, part)


def _add_word(clause: Clause, kind: str, token: str) -> None:
    token = _GENITIVE.sub("", token) if kind == "word" else token
    folded = fold(token)
    if kind == "arrow":
        clause.left = len(clause.words)
    elif kind in ("number", "money") or (kind == "word" and folded in by_word("numbers")):
        number = by_word("numbers").get(folded) or _number(token)
        clause.facts.append(("number", number, token))
        clause.words.append(f"\1{number}")
    elif kind == "word" and not _TERM_IN_WORDS.fullmatch(token):
        clause.words.append(folded)
    else:
        clause.facts.append(("term", _term(kind, token), token))
        clause.words.append(f"\0{_term(kind, token)}")


@lru_cache(maxsize=4096)
def _plain_parts(token: str) -> tuple[str, ...]:
    """Return the words of a compound such as `left-padded` if each states how a value is converted; else nothing."""
    if not re.fullmatch(r"[A-Za-z][a-z]*(?:-[a-z]+)+", token):
        return ()
    token = token.lower()
    parts = tuple(token.split("-"))
    known = [pattern for kind in ("contrasts", "operations", "instructions") for _, pattern in patterns(kind)]
    if any(pattern.fullmatch(token) for pattern in known):
        return (token,)
    words = grammar("filler") | grammar("compounds") | by_word("numbers").keys() | by_word("time_units").keys()
    is_known = all(part in words or any(pattern.fullmatch(part) for pattern in known) for part in parts)
    return parts if is_known else ()


def _with_durations(clause: Clause) -> Clause:
    """Join numbers with the time units after them: `15 minutes` and `900 seconds` are one duration."""
    words: list[str] = []
    facts = clause.facts
    for index, word in enumerate(clause.words):
        following = clause.words[index + 1] if index + 1 < len(clause.words) else ""
        seconds = None if following in ("util", "uteis") else by_word("time_units").get(word.removeprefix("-"))
        before = words[-1] if words else ""
        if seconds is not None and (before.startswith("\1") or before in ("a", "an", "one", "um", "uma", "per", "por")):
            amount = float(before[1:]) if before.startswith("\1") else 1.0
            if before.startswith("\1"):
                facts = _without(facts, ("number", before[1:]))
            value = f"{amount * (int(seconds) or 0.001):g}"
            facts = [*facts, ("duration", value, f"{before[1:] if before.startswith(chr(1)) else before} {word}")]
            words[-1] = f"\1{value}"
            continue
        if word.startswith("\1") and following.isalpha() and following not in grammar("filler"):
            facts = [
                (kind, value, f"{shown} {following}" if (kind, value) == ("number", word[1:]) else shown)
                for kind, value, shown in facts
            ]
        words.append(word)
        if index < clause.left and len(words) > clause.left:
            clause.left = len(words)
    clause.words, clause.facts = words, facts
    return clause


def _without(facts: list[tuple[str, str, str]], key: tuple[str, str]) -> list[tuple[str, str, str]]:
    for index in range(len(facts) - 1, -1, -1):
        if facts[index][:2] == key:
            return [*facts[:index], *facts[index + 1 :]]
    return facts


def _term(kind: str, token: str) -> str:
    text = token.strip('`"“”«»').strip() if kind in ("code", "quote") else token
    text = re.sub(r"\{[^{}]*\}", "{}", " ".join(text.split()))
    if kind == "url":
        return text.rstrip("/.,")
    if kind == "time":
        return text.zfill(5)
    is_header_or_word = re.fullmatch(r"[A-Z][a-z]+(-[A-Z][A-Za-z0-9]*)+|[A-Z][a-z]+(-[a-z]+)+", text)
    return text.lower() if is_header_or_word else text.rstrip("/") or text


def _number(token: str) -> str:
    """Return a number without currency and thousands separators: `R$ 1.542,00` is `1542`."""
    digits = re.sub(r"[^0-9.,]", "", token)
    if re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{3})+(?:[.,][0-9]{1,2})?", digits):
        tail = re.search(r"[.,]([0-9]{1,2})$", digits)
        whole = digits[: tail.start()] if tail else digits
        digits = re.sub(r"[.,]", "", whole) + (f".{tail[1]}" if tail else "")
    try:
        return f"{float(digits.replace(',', '.')):.10g}"
    except ValueError:
        return digits
