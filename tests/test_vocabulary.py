"""One term per concept: retired words occur in no name, docstring, comment, message, template or document.

`docs/architecture.md` holds the glossary. `python tests/test_vocabulary.py` lists what is left, by file.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent

TERMS = {
    r"(?-i:(an|by|former|invalid|its|spec|the|their|these|this|valid|with) ids?)": "ID",
    r"ail(s|ments?)?": "problem",
    r"(answer|answers|answerable) for": "own, be responsible for",
    r"asked for of": "required of",
    r"begotten|betoken|hence|thereof|wherein|whereby|whence|lest|nought|withal": "a current word",
    r"checks? of meaning": "check",
    r"checkup": "check context",
    r"come and gone|comes? and goes?": "added and removed",
    r"gist": "summary",
    r"grave(r|st|ly|ness)?": "severe, severity",
    r"halves": "two processes",
    r"has (not|no) the form": "invalid format",
    r"hurts?": "affected",
    r"(?<!there )is no (method|key|rule|level|file|folder|name|address|duration|date|spec|owner|word|number|text|list|way)": "is not a …",
    r"levels? of grav\w+": "severity",
    r"made milder|milder|mildest": "lower severity, lowest",
    r"mend(s|ed|ing)?": "fix",
    r"misfits?": "schema error",
    r"must agree": "approver, must approve",
    r"nobody maps": "unmapped",
    r"(nothing|not anything) is said": "not reported",
    r"remarks?": "comment, note",
    r"shed(s|ding)?": "truncate",
    r"shelf|shelves|spools?|spooled": "cache, disk buffer",
    r"slips?": "mistake, suggestion",
    r"(told|tells?|telling) (once|twice|of|apart|as|with|what|which|where|who|how|why|that|every|all|only|them)": "report, message, describe",
    r"tried (again|anew)|try(ing|s)? anew|tries again": "retried",
    r"twins?": "counterpart",
    r"untaken": "unique name",
    r"veil(s|ed|ing)?": "redact",
    r"verdicts?": "check result",
    r"who is hurt|whom it hurts": "impact",
    r"writ(es|ten|e) (anew|it anew)|(made|makes?|taken|begun|begins?) anew|anew": "again, rewrite",
}
"""Retired words and phrases in prose, as regular expressions, and what to write instead."""

NAME_PARTS = {
    "ail", "ailment", "ails", "ailments", "checkup", "gist", "gone", "graver", "gravest", "halves",
    "hurt", "mend", "mended", "mending", "mends", "misfit", "misfits", "paced", "remark", "remarks",
    "settle", "settled", "shed", "shelf", "slip", "slips", "speak", "speaks", "spool", "tell", "telling", "tells", "told", "touches",
    "twin", "untaken", "veil", "veiled", "verdict",
}  # fmt: skip
"""Retired words as parts of names in Python code."""

ALLOWED = {
    "tests/test_vocabulary.py",
    "docs/architecture.md",
    "plugins/integration_specs/markdown_template/synonyms.toml",
    "plugins/integration_specs/text/synonyms.toml",
}
PROSE = [re.compile(rf"\b({pattern})\b", re.IGNORECASE) for pattern in TERMS]
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
TEXT_FILES = {".cfg", ".css", ".html", ".js", ".json", ".md", ".po", ".sh", ".toml", ".xml", ".yaml", ".yml", ".ini", ".txt", ".svg"}  # fmt: skip
FOLDERS = ("plugins", "schema", "docs", "tests", "benchmarks", "site_overrides", ".github", ".gitlab")
SKIPPED = ("tests/cases", "tests/fuzz/corpus", "plugins/integration_specs/site/assets/vendor")


def _files() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    yield from ROOT.glob("*.toml")
    yield from (ROOT / "Makefile", ROOT / "action.yml", ROOT / "mkdocs.yml", ROOT / ".pre-commit-hooks.yaml")
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in TEXT_FILES | {".py"} and not name.startswith(SKIPPED) and name not in ALLOWED:
                yield path


def _prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and words of each retired term in a text."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern in PROSE:
            yield from ((number, match[0]) for match in pattern.finditer(line))


def _names(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and name of each Python name with a retired part."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and NAME_PARTS & {part.lower() for part in WORD.findall(token.string)}:
            yield token.start[0], token.string


def retired(path: Path) -> Iterator[str]:
    """Yield each retired word in a file, in its name and in its content, with its place."""
    name = path.relative_to(ROOT).as_posix()
    if NAME_PARTS & set(WORD.findall(path.stem)):
        yield f"{name}: the file name"
    text = path.read_text(encoding="utf-8")
    found = {*_prose(text), *(_names(text) if path.suffix == ".py" else ())}
    yield from (f"{name}:{line}: {words}" for line, words in sorted(found))


def test_retired_words_occur_nowhere() -> None:
    found = [place for path in _files() for place in retired(path)]
    assert not found, "\n".join(found)


def test_retired_words_are_found() -> None:
    assert list(_prose("What mends it")) == [(1, "mends")]
    assert list(_names("def told_once(x): ...")) == [(1, "told_once")]
    assert not list(_prose("It was told to a person; recommended")) + list(_names("unfold = settings"))


if __name__ == "__main__":
    for each in _files():
        print(*retired(each), sep="\n", end="\n" if list(retired(each)) else "")  # noqa: T201
