"""`integration-specs explain`."""

from collections.abc import Iterator
from textwrap import fill, indent
from typing import TYPE_CHECKING

import click

from integration_specs.console import require_rules, screen_width, write

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from integration_specs.diff.rules import ChangeRule
    from integration_specs.findings import Rule


def _names(_context: click.Context, _parameter: click.Parameter, start: str) -> "list[CompletionItem | str]":
    from integration_specs.diff.rules import BY_NAME
    from integration_specs.project.rules import all_rules

    return [name for name in {**all_rules(), **BY_NAME} if name.startswith(start)]


@click.command()
@click.argument("names", metavar="RULE...", nargs=-1, required=True, shell_complete=_names)
def command(names: tuple[str, ...]) -> int:
    """Say what RULE is for, with a bad and a good example."""
    from integration_specs.diff.rules import BY_NAME
    from integration_specs.project.rules import all_rules, settable_rules

    checks, settable = all_rules(), settable_rules()
    require_rules(names, [*checks, *BY_NAME])
    for place, name in enumerate(names):
        if place:
            write(["\n"])
        if name in checks:
            write(_explanation(checks[name], "Bad:", "Good:"))
            write(_setting("levels", name) if name in settable else ["\nIt is always told at this level.\n"])
        else:
            write(_explanation(BY_NAME[name], "Before:", "After:"))
            write(_setting("diff_levels", name))
    return 0


def _setting(table: str, name: str) -> Iterator[str]:
    yield f'\nAnother level for this project, in integration-specs.toml:\n\n  [{table}]\n  {name} = "off"\n'


def _explanation(rule: "Rule | ChangeRule", bad: str, good: str) -> Iterator[str]:
    width = min(screen_width(), 100)
    yield f"{rule.level}[{rule.name}] {rule.summary}\n\n"
    yield fill(rule.why, width) + "\n"
    for title, example in ((bad, rule.bad), (good, rule.good)):
        if rule.bad or rule.good:
            yield f"\n{title}\n\n{indent(example or '(nothing)', '  ')}\n"
