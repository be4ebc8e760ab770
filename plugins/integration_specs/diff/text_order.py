"""Find what has another order in a text: contrasts, steps with a word such as `then`, and instructions."""

import re
from itertools import combinations, pairwise

from .fact_words import by_word, grammar, stem
from .text_clauses import Clause, read_clauses, word_facts

Differences = tuple[tuple[str, ...], tuple[str, ...]]
"""What only the old and what only the new text states, in words."""

_FIRST = ("first", "primeiro", "primeira")
_SEQUENCE = ("before", "antes", *_FIRST, "then", "depois", "entao", "afterwards")
"""Words that give an order to what is around them."""
_ORDER_WORDS = {*_SEQUENCE, "after", "apos", "until", "ate", "next", "finally", "later"}
_IN_ORDER = -1
"""In place of the number of a sentence in which the order of instructions counts."""


def other_order(old: str, new: str) -> Differences | None:
    """Return the words that have another place in the new text.

    These are contrasts, such as `older` and `newer`, in a text that is the same otherwise, or all words of a sentence with
    `first`, `then` or the like.
    """
    words = [[word for clause in read_clauses(text) for word in clause.words] for text in (old, new)]
    if words[0] != words[1] and sorted(words[0]) == sorted(words[1]):
        contrasts, rest = (
            [[word for word in each if (word in by_word("contrasts")) == wanted] for each in words]
            for wanted in (True, False)
        )
        if rest[0] == rest[1] and not all(one & other for one, other in zip(*map(_contrasts, words), strict=True)):
            return (f"order: {', '.join(contrasts[0])}",), (f"order: {', '.join(contrasts[1])}",)
    for one, other in zip(_steps(old), _steps(new), strict=False):
        if one != other and sorted(one) == sorted(other):
            return (f"order: {', '.join(one)}",), (f"order: {', '.join(other)}",)
    return None


def _contrasts(words: list[str]) -> list[set[str]]:
    """Return each contrast with the words beside it, in the order of the text: `only` with `digits` in `digits only`."""
    plain = [word for word in words if word not in grammar("filler")]
    return [
        {f"{word} {each}" for each in plain[max(index - 1, 0) : index + 2] if each != word}
        for index, word in enumerate(plain)
        if word in by_word("contrasts")
    ]


def other_instructions(old: str, new: str) -> Differences | None:
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
        clauses = _in_order(sentence)
        words = [word for clause in clauses for word in clause.words]
        # Not in `after 3 days` and the like.
        is_ordered = any(one in _ORDER_WORDS and other[:1] != "\1" for one, other in pairwise((*words, "")))
        for clause in clauses:
            for _, value, _ in () if clause.negations else word_facts(clause, ["instructions"], frozenset()):
                found.setdefault(value, (len(found), _IN_ORDER if is_ordered else number))
    return found


def _in_order(sentence: str) -> list[Clause]:
    """Return the clauses of a sentence in the order of events: `before x, y` is `y before x`."""
    clauses = list(read_clauses(sentence))
    if clauses and clauses[0].words[:1] and clauses[0].words[0] in _SEQUENCE[:2]:
        clauses.append(clauses.pop(0))
    return clauses


def _steps(text: str) -> list[list[str]]:
    """Return the content words of each sentence that has a sequence word; what comes after `before` comes last."""
    found = []
    for sentence in re.split(r"[.;:!?\n]\s", f"{text}\n "):
        words = [word for clause in _in_order(sentence) for word in clause.words]
        if any(word in _SEQUENCE and word not in _FIRST for word in words):
            found.append([stem(word) for word in words if word not in grammar("filler") and word not in _SEQUENCE[2:]])
    return found
