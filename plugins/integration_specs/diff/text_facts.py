"""Extract the facts of a text: code spans, numbers with units, names, status codes, negations and instructions.

Two texts with the same facts differ in words only. `fact_words` has the words that carry facts, and `text_clauses` reads sentences.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from integration_specs.text.messages import Message

from .fact_words import by_word, fold, grammar, patterns, stem, table
from .text_clauses import Clause, content_words, read_clauses, word_facts
from .text_order import Differences, other_instructions, other_order

Key = tuple[str, str]
Facts = dict[Key, str]
"""Facts by kind and value, with the words that state them."""

_WORD_LISTS = ("instructions", "contrasts", "states", "operations", "schemes", "stores")
_MAX_SENTENCE = 1_000
_SHORT = 6
"""A text of so few words has no facts other than its words."""

_ALGORITHM = re.compile(r"\b(hmac[\s_-]*(?:with[\s_-]*)?)?sha[\s_-]?(1|224|256|384|512)\b", re.IGNORECASE)
_ENUMERATION = re.compile(
    r"(?P<first>[\w`-]+)(?P<middle>(?:, [\w`-]+(?: [\w`-]+){0,2})+),? (?P<joint>and|or|e|ou) (?P<last>[\w`-]+)"
)
_ARTICLES = re.compile(r"\b(?:the|an?|os?|as|uma?) ")
_ORDERED = re.compile(r"\(([\w`-]+(?:, [\w`-]+){2,})(?=[);])")
"""An enumeration in brackets."""
_ARROW = re.compile(table("tokens")["arrow"], re.IGNORECASE)
_TO = re.compile(r"\s(?:to|para|is|means)\s|(?<=`)\s*[:=]\s*(?=`)")
_CODES = re.compile(
    r"(?:(?<=[,;:.(] )|(?<=and )|(?<= or )|(?<= e )|^)(?P<code>[0-9]+|[A-Z]{1,2}[0-9]{0,2}|`[^`]+`)(?: ?[=:] ?| (?:means|is|significa|é) | )"
    r"(?P<words>[^\W\d_][\w-]*(?: [^\W\d_][\w-]*){0,2})(?=[,;.)]|$| (?:and|or|e|ou) )"
)
"""A code with its meaning in a list, such as `1 planned, 2 running` or `A: paid, B: refused`."""
_LOCATION = re.compile(r"(?:not )?(?![A-Z]+ )[^\s]*(?:/|::|arn:)[^\s]*$")


def facts_of(text: str, kinds: Iterable[str] = (), names: frozenset[str] = frozenset()) -> Facts:
    """Return the facts of a text.

    `kinds` names the word lists of `fact_words.toml` to use; `names` are further words that are facts, such as keys of owners.
    """
    text = _ALGORITHM.sub(lambda match: f"{'HMAC-' if match[1] else ''}SHA{match[2]}", text)
    found: Facts = {}
    for clause in read_clauses(text):
        facts = [*clause.facts, *word_facts(clause, [kind for kind in _WORD_LISTS if kind in kinds], names)]
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
) -> Differences | None:
    """Return the words of the facts that only the old and only the new text state; None if both state the same.

    `kinds` limits the facts: `terms` (code spans, numbers, names), `locations` (of secrets), `words` (of short texts),
    `values` (as `words`, but words that are only added to others are none), or a word list.
    """
    if "operations" in kinds:
        old, new = _with_same_arrows(_with_arrows_of_codes(old), _with_arrows_of_codes(new))
    before, after = (
        {key: words for key, words in facts_of(text, kinds, names).items() if _is_of(key, kinds)} for text in (old, new)
    )
    if before.keys() == after.keys() and "contrasts" in kinds:
        orders = other_order(old, new) or (other_instructions(old, new) if "instructions" in kinds else None)
        if orders:
            return orders
    if before and before.keys() == after.keys() and "words" in kinds:
        rest = [_other_words(text, facts, kinds) for text, facts in ((old, before), (new, after))]
        if rest[0] - rest[1] and rest[1] - rest[0] and max(map(len, rest)) <= _SHORT // 2:
            return tuple(sorted(rest[0] - rest[1])), tuple(sorted(rest[1] - rest[0]))
    if not before and not after and {"words", "values", "schemes"} & set(kinds):
        before, after = ({("word", word): word for word in content_words(text)} for text in (old, new))
        if max(len(before), len(after)) > _SHORT and "schemes" not in kinds:
            return None
        if "values" in kinds and len(before) > 1 and (before.keys() <= after.keys() or after.keys() <= before.keys()):
            return None
    removed, added = (
        tuple(
            dict.fromkeys(
                words for key, words in one.items() if key not in other and not _is_negated_again(key, words, other)
            )
        )
        for one, other in ((before, after), (after, before))
    )
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


def _with_same_arrows(old: str, new: str) -> tuple[str, str]:
    """Return both texts with an arrow for each `to` between values if only one of them has arrows."""
    arrows = [bool(_ARROW.search(text)) for text in (old, new)]
    if arrows[0] == arrows[1]:
        return old, new
    first, second = (text if has else _TO.sub(" → ", text) for text, has in zip((old, new), arrows, strict=True))
    return first, second


def describe(removed: Iterable[str], added: Iterable[str]) -> str:
    """Return how the facts of two texts differ, in words."""
    old, new = (", ".join(words) for words in (removed, added))
    if old and new:
        return f"{old} → {new}"
    return Message("no longer states {facts}", facts=old) if old else Message("now states {facts}", facts=new)


def _other_words(text: str, facts: Facts, kinds: tuple[str, ...]) -> set[str]:
    """Return the words of a text that are no facts."""
    known = set[str]().union(*map(content_words, facts.values()))
    return {word for word in content_words(text) - known if not _is_fact(word, kinds)}


def _is_negated_again(key: Key, text: str, facts: Facts) -> bool:
    """Return whether a negated clause is stated by another one: `nothing is lost` by `no data is lost`."""
    if key[0] != "word" or not key[1].startswith("not "):
        return False
    negations = {stem(word) for word in grammar("negations")}
    words, *others = (
        {word[:4] for word in content_words(each) - negations}  # whatever their endings: `written`, `writes`
        for each in (text, *(words for (_, value), words in facts.items() if value.startswith("not ")))
    )
    return bool(words) and any(words <= each or each <= words for each in others)


def _is_of(key: Key, kinds: tuple[str, ...]) -> bool:
    kind, value = key
    if kind in ("term", "number", "duration"):
        return "terms" in kinds or ("locations" in kinds and kind == "term" and bool(_LOCATION.match(value)))
    if kind in _WORD_LISTS:
        return kind in kinds
    return "terms" in kinds  # negations, conversions and lists


@cache
def _is_operation(word: str) -> bool:
    return any(pattern.fullmatch(word) for _, pattern in patterns("operations"))


@lru_cache(maxsize=4096)
def _is_fact(word: str, kinds: tuple[str, ...]) -> bool:
    return any(pattern.fullmatch(word) for kind in _WORD_LISTS if kind in kinds for _, pattern in patterns(kind))


def _conversion(clause: Clause) -> list[tuple[str, str, str]]:
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
        if _ARROW.search(part):
            continue
        for match in _ENUMERATION.finditer(_ARTICLES.sub("", " ".join(part.split()))):
            items = [match["first"], *match["middle"].split(", ")[1:], match["last"]]
            items = [stem(fold(item.strip("`"))) for item in items]
            yield sorted(items) if match["joint"] in ("or", "ou") else items
