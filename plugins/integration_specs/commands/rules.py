"""`integration-specs rules`."""

from collections.abc import Iterator
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from integration_specs.console import screen_width, write

if TYPE_CHECKING:
    from integration_specs.site import RuleText


@click.command()
@click.argument("words", nargs=-1)
def command(words: tuple[str, ...]) -> int:
    """List the rules of check and diff, or those that contain all WORDS."""
    from integration_specs.project.rules import rule_texts

    found = [rule for rule in rule_texts() if all(word.lower() in _searched(rule) for word in words)]
    for name in ("check", "diff"):
        write(_table(name, [rule for rule in found if rule.command == name]))
    write(["`integration-specs explain RULE` shows the reason and an example.\n"])
    return 0


def _searched(rule: "RuleText") -> str:
    return f"{rule.name} {rule.level} {rule.summary}".lower()


def _table(title: str, rules: "list[RuleText]") -> Iterator[str]:
    if not rules:
        return
    name, level = (max(len(text) for text in texts) for texts in zip(*((r.name, r.level) for r in rules), strict=True))
    yield f"{title}\n"
    for rule in rules:
        line = f"  {rule.name:{name}}  {rule.level:{level}}  "
        yield line + shorten(rule.summary, max(screen_width() - len(line), 20), placeholder="…") + "\n"
    yield "\n"
