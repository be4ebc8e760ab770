"""`integration-specs explain`."""

from collections.abc import Iterator
from textwrap import fill, indent

import click
from click.shell_completion import CompletionItem

from integration_specs.console import require_rules, screen_width, write
from integration_specs.diff import CHANGE_LEVELS
from integration_specs.findings import LEVELS
from integration_specs.project.rules import rule_texts, settable_rules
from integration_specs.site import RuleText


def _complete_names(_context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem | str]:
    return [rule.name for rule in rule_texts() if rule.name.startswith(start)]


@click.command()
@click.argument("names", metavar="RULE...", nargs=-1, required=True, shell_complete=_complete_names)
def command(names: tuple[str, ...]) -> int:
    """Explain RULE, with an example."""
    rules = {rule.name: rule for rule in rule_texts()}
    require_rules(names, rules)
    for position, name in enumerate(names):
        if position:
            write(["\n"])
        write(_explanation(rules[name]))
    return 0


def _explanation(rule: RuleText) -> Iterator[str]:
    yield f"{rule.level}[{rule.name}] {rule.summary}\n\n"
    yield fill(rule.why, min(screen_width(), 100)) + "\n"
    is_change = rule.command == "diff"
    for title, example in (
        ("Before:" if is_change else "Bad:", rule.bad),
        ("After:" if is_change else "Good:", rule.good),
    ):
        if rule.bad or rule.good:
            yield f"\n{title}\n\n{indent(example or '(nothing)', '  ')}\n"
    if not is_change and rule.name not in settable_rules():
        yield "\nThe severity of this rule cannot be changed.\n"
        return
    if rule.name == "secret":
        yield "\nIf a text is not a secret, add its hash to the file that the setting `secrets_baseline` names.\n"
        return
    table, levels = ("diff_levels", CHANGE_LEVELS) if is_change else ("levels", LEVELS)
    others = ", ".join((*(level for level in levels if level != rule.level), "off"))
    yield "\nTo change its severity for this project, write in integration-specs.toml:\n\n"
    yield f'  [{table}]\n  {rule.name} = "{rule.level}"  # or {others}\n'
