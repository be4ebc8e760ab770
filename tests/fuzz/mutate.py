"""Mutations of texts: typing mistakes, bad merges and attacks."""

import random

PIECES = (
    "\n", "  ", "\t", ": ", "- ", "? ", "#", " #", "'", '"', "|", ">", "|-\n", "[", "]", "{", "}", ",", "&a ", "*a", "!!str ", "!x ", "%TAG ! x\n",
    "---\n", "...\n", "<<: ", "\\", "\\u12", "\\ud83d\\ude00", "\\ud800", "\\x00", "\r", "\r\n", "\ufeff", "\u2028", "\x85", "\x00", "\x1b", "\u202e",
    "\u200b", "\ud800", "😀", "é", "`", "@", "{{ x }}", "0", "017", "1e999", "9" * 40, ".nan", "~", "null", "no", "a: 1\n", "=======\n", "[" * 50,
    "{a: " * 45, "- " * 45, "w" * 499, "word " * 100, "w" * 501, "word " * 1000, "note: see also: x",
)  # fmt: skip


def mutate(seeds: tuple[str, ...], dice: random.Random) -> str:
    """Return one of the texts after one to eight random changes."""
    text = dice.choice(seeds)
    for _ in range(dice.randint(1, 8)):
        at = dice.randint(0, len(text))
        length = min(dice.choice((1, 1, 2, 5, 20)), len(text) - at)
        match dice.randrange(6):
            case 0:
                text = text[:at] + text[at + length :]
            case 1 | 2:
                text = text[:at] + dice.choice(PIECES) + text[at:]
            case 3:
                text = text[:at] + text[at : at + length] * dice.randint(2, 5) + text[at + length :]
            case 4:
                other = dice.choice(seeds)
                start = dice.randint(0, len(other))
                text = text[:at] + other[start : start + 30] + text[at:]
            case _:
                text = text[:at] + chr(dice.choice((dice.randrange(128), dice.randrange(0x3000)))) + text[at + 1 :]
    return text
