"""Extract the facts of a text: code spans, numbers with units, names, status codes, negations and instructions.

Two texts with the same facts differ in words only. `fact_words` has the words that carry facts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from itertools import combinations, pairwise

from integration_specs.text.messages import Message

from .fact_words import by_word, fold, grammar, patterns, stem, table

Key = tuple[str, str]
Facts = dict[Key, str]
"""Facts by kind and value, with the words that state them."""

_WORD_LISTS = ("instructions", "contrasts", "states", "operations", "schemes", "stores")
_MAX_SENTENCE = 1_000
_SHORT = 6
"""A text of so few words has no facts other than its words."""

_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in table("tokens").items()))
_TERM_IN_WORDS = re.compile(r"[A-Z]{2,}|[a-z]+[A-Z]\w*|\w*[0-9]\w*")
_ALGORITHM = re.compile(r"\b(hmac[\s_-]*(?:with[\s_-]*)?)?sha[\s_-]?(1|224|256|384|512)\b", re.IGNORECASE)
_ENUMERATION = re.compile(
    r"(?P<first>[\w`-]+)(?P<middle>(?:, [\w`-]+(?: [\w`-]+){0,2})+),? (?P<joint>and|or|e|ou) (?P<last>[\w`-]+)"
)
_ORDERED = re.compile(r"\(([\w`-]+(?:, [\w`-]+){2,})(?=[);])")
"""An enumeration in brackets."""
_ARROW = re.compile(table("tokens")["arrow"], re.IGNORECASE)
_TO = re.compile(r"\s(?:to|para|is|means)\s")
_WITHOUT = ("without", "sem")
_GENITIVE = re.compile(r"(?<=\w)['’]s?$")
_CODES = re.compile(
    r"(?:(?<=[,;:.(] )|(?<=and )|(?<= or )|(?<= e )|^)(?P<code>[0-9]+|[A-Z]{1,2}[0-9]{0,2}|`[^`]+`)(?: ?[=:] ?| (?:means|is|significa|é) | )"
    r"(?P<words>[^\W\d_][\w-]*(?: [^\W\d_][\w-]*){0,2})(?=[,;.)]|$| (?:and|or|e|ou) )"
)
"""A code with its meaning in a list, such as `1 planned, 2 running` or `A: paid, B: refused`."""
_FIRST = ("first", "primeiro", "primeira")
_SEQUENCE = ("before", "antes", *_FIRST, "then", "depois", "entao", "afterwards")
"""Words that give an order to what is around them."""
_ORDER_WORDS = {*_SEQUENCE, "after", "apos", "until", "ate", "next", "finally", "later"}
_IN_ORDER = -1
"""In place of the number of a sentence in which the order of instructions counts."""
_LOCATION = re.compile(r"(?:not )?(?![A-Z]+ )[^\s]*(?:/|::|arn:)[^\s]*$")


@dataclass
class _Clause:
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


def facts_of(text: str, kinds: Iterable[str] = (), names: frozenset[str] = frozenset()) -> Facts:
    """Return the facts of a text.

    `kinds` names the word lists of `fact_words.toml` to use; `names` are further words that are facts, such as keys of owners.
    """
    text = _ALGORITHM.sub(lambda match: f"{'HMAC-' if match[1] else ''}SHA{match[2]}", text)
    found: Facts = {}
    for clause in _clauses(text):
        facts = [*clause.facts, *_word_facts(clause, [kind for kind in _WORD_LISTS if kind in kinds], names)]
        negated = next(iter(clause.negations), "")
        if clause.left >= 0:
            facts = _conversion(clause)
        if negated and not facts:
            rest = [word for word in clause.words[clause.words.index(negated) + 1 :] if word not in grammar("filler")]
            facts = [("word", stem(rest[0]) if rest else "", clause.text)]
        for kind, value, shown in facts:
            found.setdefault((kind, f"not {value}" if negated else value), clause.text if negated else shown)
    if "operations" in kinds:
        for items in _enumerations(text):
            found["list", ", ".join(items)] = ", ".join(items)
    if "contrasts" in kinds:
        for match in _ORDERED.finditer(" ".join(text.split())):
            items = [stem(fold(item)) for item in match[1].split(", ")]
            found["list", ", ".join(items)] = match[1]
    return found


def fact_difference(
    old: str, new: str, kinds: tuple[str, ...], names: frozenset[str] = frozenset()
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the words of the facts that only the old and only the new text state; None if both state the same.

    `kinds` limits the facts: `terms` (code spans, numbers, names), `locations` (of secrets), `words` (of short texts),
    `values` (as `words`, but words that are only added to others are none), or a word list.
    """
    if "operations" in kinds:
        old, new = with_same_arrows(_with_arrows_of_codes(old), _with_arrows_of_codes(new))
    before, after = (
        {key: words for key, words in facts_of(text, kinds, names).items() if _is_of(key, kinds)} for text in (old, new)
    )
    if before.keys() == after.keys() and "contrasts" in kinds:
        orders = _other_order(old, new) or (_other_instructions(old, new) if "instructions" in kinds else None)
        if orders:
            return orders
    if not before and not after and {"words", "values", "schemes"} & set(kinds):
        before, after = ({("word", word): word for word in content_words(text)} for text in (old, new))
        if max(len(before), len(after)) > _SHORT and "schemes" not in kinds:
            return None
        if "values" in kinds and len(before) > 1 and (before.keys() <= after.keys() or after.keys() <= before.keys()):
            return None
    removed = tuple(dict.fromkeys(words for key, words in before.items() if key not in after))
    added = tuple(dict.fromkeys(words for key, words in after.items() if key not in before))
    return (removed, added) if removed or added else None


def _with_arrows_of_codes(text: str) -> str:
    """Return a text with an arrow between each code and its meaning, if it lists several codes: `1 → planned, 2 → running`."""
    text = " ".join(text.split())
    units = by_word("time_units")
    found = [
        match
        for match in _CODES.finditer(text)
        if not any(word in units or _is_operation(word) for word in fold(match["words"]).split())
    ]
    if len(found) < 2 or _ARROW.search(text):
        return text
    for match in reversed(found):
        text = f"{text[: match.start()]}{match['code']} → {match['words']}{text[match.end() :]}"
    return text


def with_same_arrows(old: str, new: str) -> tuple[str, str]:
    """Return both texts with an arrow for each `to` between values if only one of them has arrows."""
    arrows = [bool(_ARROW.search(text)) for text in (old, new)]
    if arrows[0] == arrows[1]:
        return old, new
    first, second = (text if has else _TO.sub(" → ", text) for text, has in zip((old, new), arrows, strict=True))
    return first, second


def _other_order(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the words that have another place in the new text.

    These are contrasts, such as `older` and `newer`, in a text that is the same otherwise, or all words of a sentence with
    `first`, `then` or the like.
    """
    words = [[word for clause in _clauses(text) for word in clause.words] for text in (old, new)]
    if words[0] != words[1] and sorted(words[0]) == sorted(words[1]):
        contrasts, rest = (
            [[word for word in each if (word in by_word("contrasts")) == wanted] for each in words]
            for wanted in (True, False)
        )
        if rest[0] == rest[1]:
            return (f"order: {', '.join(contrasts[0])}",), (f"order: {', '.join(contrasts[1])}",)
    for one, other in zip(_steps(old), _steps(new), strict=False):
        if one != other and sorted(one) == sorted(other):
            return (f"order: {', '.join(one)}",), (f"order: {', '.join(other)}",)
    return None


def _other_instructions(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the first two instructions that have another order in the new text.

    The order of those in one sentence, such as `retry and log`, counts only if it has a word such as `then` or `after`.
    """
    before, after = _instructions(old), _instructions(new)
    for one, other in combinations([each for each in before if each in after], 2):
        is_free = all(each[one][1] == each[other][1] != _IN_ORDER for each in (before, after))
        if not is_free and after[one] > after[other]:
            return (f"order: {one}, {other}",), (f"order: {other}, {one}",)
    return None


def _instructions(text: str) -> dict[str, tuple[int, int]]:
    """Return the instructions of a text with their position and the number of their sentence, or `_IN_ORDER`."""
    found: dict[str, tuple[int, int]] = {}
    for number, sentence in enumerate(re.split(r"[.;:!?\n]\s", text)):
        clauses = list(_clauses(sentence))
        words = [word for clause in clauses for word in clause.words]
        # Not in `after 3 days` and the like.
        is_ordered = any(one in _ORDER_WORDS and other[:1] != "\1" for one, other in pairwise((*words, "")))
        for clause in clauses:
            for _, value, _ in _word_facts(clause, ["instructions"], frozenset()):
                mark = f"not {value}" if clause.negations else value
                found.setdefault(mark, (len(found), _IN_ORDER if is_ordered else number))
    return found


def _steps(text: str) -> list[list[str]]:
    """Return the content words of each sentence that has a sequence word; what comes after `before` comes last."""
    found = []
    for sentence in re.split(r"[.;:!?\n]\s", f"{text}\n "):
        clauses = [clause.words for clause in _clauses(sentence)]
        if clauses and clauses[0][:1] and clauses[0][0] in _SEQUENCE[:2]:  # `before x, y` is `y before x`
            clauses = [*clauses[1:], clauses[0]]
        words = [word for clause in clauses for word in clause]
        if any(word in _SEQUENCE and word not in _FIRST for word in words):
            found.append([stem(word) for word in words if word not in grammar("filler") and word not in _SEQUENCE[2:]])
    return found


def describe(removed: Iterable[str], added: Iterable[str]) -> str:
    """Return how the facts of two texts differ, in words."""
    old, new = (", ".join(words) for words in (removed, added))
    if old and new:
        return f"{old} → {new}"
    return Message("no longer states {facts}", facts=old) if old else Message("now states {facts}", facts=new)


def _is_of(key: Key, kinds: tuple[str, ...]) -> bool:
    kind, value = key
    if kind in ("term", "number", "duration"):
        return "terms" in kinds or ("locations" in kinds and kind == "term" and bool(_LOCATION.match(value)))
    if kind in _WORD_LISTS:
        return kind in kinds
    return "terms" in kinds  # negations, conversions and lists


@lru_cache(maxsize=1024)
def content_words(text: str) -> frozenset[str]:
    """Return the stems of the words of a text that are not mere grammar."""
    return frozenset(stem(word) for clause in _clauses(text) for word in clause.words if word not in grammar("filler"))


def _clauses(text: str) -> Iterator[_Clause]:
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


def _language(tokens: Iterable[re.Match[str]]) -> int:
    """Return how many more words there are that only Portuguese has than words that only English has."""
    words = [fold(match[0]) for match in tokens if match.lastgroup == "word" and not match[0][1:].isupper()]
    return sum((word in grammar("portuguese")) - (word in grammar("english")) for word in words)


def _without_idioms(text: str) -> str:
    """Return a text without emphasis, and without phrases whose words mean something else."""
    for pattern, words in table("idioms").items():
        text = re.sub(pattern, words, text, flags=re.IGNORECASE)
    return text


def _of_sentence(tokens: list[re.Match[str]], *, is_portuguese: bool) -> Iterator[_Clause]:
    """Yield the clauses of a sentence: up to a pause or, in a list of conversions, up to the pause after an arrow."""
    arrows = sum(match.lastgroup == "arrow" for match in tokens)
    new_clause = partial(_Clause, is_portuguese=is_portuguese)
    clause, without, left = new_clause(), new_clause(), 0
    for number, match in enumerate(tokens):
        following = [fold(each[0]) for each in tokens[number + 1 : number + 4]]
        starts_negation = any(_negates(word, is_portuguese=is_portuguese) for word in following)
        ends_negation = fold(match[0]) in ("and", "e") and (starts_negation or bool(clause.negations))
        is_pause = match.lastgroup == "pause" or fold(match[0]) in ("but", "mas") or ends_negation
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


def _add(clause: _Clause, kind: str, token: str) -> None:
    """Add a token to a clause; words that are facts are marked with a control character."""
    clause.text += f" {token}" if clause.text else token
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
    elif kind == "name" and (parts := _plain_parts(token)):
        clause.words.extend(parts)
    else:
        clause.facts.append(("term", _term(kind, token), token))
        clause.words.append(f"\0{_term(kind, token)}")


@cache
def _is_operation(word: str) -> bool:
    return any(pattern.fullmatch(word) for _, pattern in patterns("operations"))


@cache
def _plain_parts(token: str) -> tuple[str, ...]:
    """Return the words of a compound such as `left-padded` if each states how a value is converted; else nothing."""
    parts = tuple(token.split("-")) if re.fullmatch(r"[a-z]+(?:-[a-z]+)+", token) else ()
    known = [pattern for kind in ("contrasts", "operations") for _, pattern in patterns(kind)]
    is_known = all(part in grammar("filler") or any(pattern.fullmatch(part) for pattern in known) for part in parts)
    return parts if is_known and not any(pattern.fullmatch(token) for pattern in known) else ()


def _with_durations(clause: _Clause) -> _Clause:
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
        words.append(word)
        if index < clause.left and len(words) > clause.left:
            clause.left = len(words)
    clause.words, clause.facts = words, facts
    return clause


def _without(facts: list[tuple[str, str, str]], key: Key) -> list[tuple[str, str, str]]:
    for index in range(len(facts) - 1, -1, -1):
        if facts[index][:2] == key:
            return [*facts[:index], *facts[index + 1 :]]
    return facts


def _word_facts(clause: _Clause, kinds: list[str], names: frozenset[str]) -> Iterator[tuple[str, str, str]]:
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
        pair = re.search(r"(?<!\S)(\S+) (?:to|para) ((?![0-9]|one\b)\S+)", text)
        terms = re.search(r"\0\S+ (?:to|para) \0", " ".join(clause.words))
        if pair and (terms or len([1 for _, kind, *_ in found if kind == "operations"]) > 1):
            found.append((0, "operations", f"{stem(pair[1])} to {stem(pair[2])}", pair[0]))
    yield from ((kind, value, shown) for _, kind, value, shown in sorted(found))


def _conversion(clause: _Clause) -> list[tuple[str, str, str]]:
    """Return one fact for each value on the left of an arrow, with all that it is converted to."""
    left, right = (
        sorted({word.strip("\0\1") for word in words if word not in grammar("filler")})
        for words in (clause.words[: clause.left], clause.words[clause.left :])
    )
    target = " ".join(right)
    return [("word", f"{source} → {target}", f"{source} → {target}") for source in left or [""]]


def _enumerations(text: str) -> Iterator[list[str]]:
    """Yield lists such as `a, b and c`; the order counts unless the last item follows an `or`."""
    for part in re.split(r"[.;:!?]", text):
        if len(part) > _MAX_SENTENCE:  # the pattern takes quadratic time
            continue
        for match in _ENUMERATION.finditer(" ".join(part.split())):
            items = [match["first"], *match["middle"].split(", ")[1:], match["last"]]
            items = [stem(fold(item.strip("`"))) for item in items]
            yield sorted(items) if match["joint"] in ("or", "ou") else items


def _term(kind: str, token: str) -> str:
    text = token.strip('`"“”«»').strip() if kind in ("code", "quote") else token
    text = re.sub(r"\{[^{}]*\}", "{}", " ".join(text.split()))
    if kind == "url":
        return text.rstrip("/.,")
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
