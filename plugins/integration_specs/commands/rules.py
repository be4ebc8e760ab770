"""`integration-specs rules`."""

from collections.abc import Iterator, Mapping
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from integration_specs.console import screen_width, write

if TYPE_CHECKING:
    from integration_specs.diff.rules import ChangeRule
    from integration_specs.findings import Rule


@click.command()
@click.argument("words", nargs=-1)
def command(words: tuple[str, ...]) -> int:
    """List the rules of check and diff, or those that speak of all WORDS."""
    from integration_specs.diff.rules import BY_NAME
    from integration_specs.project.rules import all_rules

    write(_table("check", _about(all_rules(), words)))
    write(_table("diff", _about(BY_NAME, words)))
    write(["`integration-specs explain RULE` says why, with a bad and a good example.\n"])
    return 0


def _about(rules: "Mapping[str, Rule | ChangeRule]", words: tuple[str, ...]) -> "list[Rule | ChangeRule]":
    return [
        rule
        for rule in rules.values()
        if all(word.lower() in f"{rule.name} {rule.level} {rule.summary}".lower() for word in words)
    ]


def _table(title: str, rules: "list[Rule | ChangeRule]") -> Iterator[str]:
    if not rules:
        return
    name, level = (max(len(text) for text in texts) for texts in zip(*((r.name, r.level) for r in rules), strict=True))
    yield f"{title}\n"
    for rule in rules:
        line = f"  {rule.name:{name}}  {rule.level:{level}}  "
        yield line + shorten(rule.summary, max(screen_width() - len(line), 20), placeholder="…") + "\n"
    yield "\n"
