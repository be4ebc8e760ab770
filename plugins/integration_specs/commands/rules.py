"""`integration-specs rules`."""

import click

from integration_specs.console import table, write
from integration_specs.project.rules import rule_texts


@click.command()
@click.argument("words", nargs=-1)
def command(words: tuple[str, ...]) -> int:
    """List the rules of check and diff, or those with all WORDS."""
    for name in ("check", "diff"):
        rows = [(f"  {rule.name}", rule.level, rule.summary) for rule in rule_texts() if rule.command == name]
        if found := [row for row in rows if all(word.lower() in " ".join(row).lower() for word in words)]:
            write([f"{name}\n", *table(found), "\n"])
    write(["`integration-specs explain RULE` shows the reason and an example.\n"])
    return 0
