"""`integration-specs completion`."""

import click
from click.shell_completion import get_completion_class

from integration_specs.cli import cli
from integration_specs.console import write

_SHELLS = ("bash", "fish", "zsh")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def command(shell: str) -> int:
    """Print the completion script for SHELL. It completes commands, options, rules and spec IDs.

    \b
    bash: integration-specs completion bash > ~/.local/share/bash-completion/completions/integration-specs
    zsh:  integration-specs completion zsh > "${fpath[1]}/_integration-specs"
    fish: integration-specs completion fish > ~/.config/fish/completions/integration-specs.fish
    """
    kind = get_completion_class(shell)
    if kind is not None:
        # `source()` of bash runs bash to learn its version; the template alone is the same text.
        completion = kind(cli, {}, "integration-specs", "_INTEGRATION_SPECS_COMPLETE")
        write([completion.source_template % completion.source_vars()])
    return 0
