"""The command `integration-specs`: finds its subcommands and turns every result and error into an exit code.

Exit codes: 0 no findings, 1 findings, 2 the command could not run (usage, settings, a missing base), 130 interrupted.
"""

import contextlib
import gc
import importlib
import os
import re
import sys
from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from . import __version__, registry
from .text.suggestions import did_you_mean


def _command_name(module: str) -> str:
    """Return the name of a command: that of its module without the `_` after a Python keyword (`import_`)."""
    return module.rstrip("_").replace("_", "-")


class _Commands(click.Group):
    """The commands in the folder `commands`, each imported only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [_command_name(name) for name in registry.names("commands")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = next((name for name in registry.names("commands") if _command_name(name) == cmd_name), None)
        if name is None:
            if meant := did_you_mean(cmd_name, self.list_commands(ctx)):
                ctx.fail(f"No such command {cmd_name!a}{meant}")
            return None
        command: click.Command = importlib.import_module(f"integration_specs.commands.{name}").command
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their docstrings."""
        width = formatter.width - 6 - max(map(len, self.list_commands(ctx)))
        with formatter.section("Commands"):
            formatter.write_dl(list(_summaries(width)))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = [CompletionItem(name, help=text) for name, text in _summaries() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]


def _summaries(width: int = 45) -> Iterator[tuple[str, str]]:
    """Yield each command with the first sentence of its docstring, or as much of it as fits.

    They are read from the files: importing all commands takes much longer.
    """
    for name in registry.names("commands"):
        source = registry.path("commands", name).read_text("utf-8")
        docstring = re.search(r'^def command\(.*?"""(.*?)"""', source, re.DOTALL | re.MULTILINE)
        yield _command_name(name), click.Command(None, help=docstring[1] if docstring else "").get_short_help_str(width)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 no findings, 1 findings, 2 could not run, 130 interrupted.",
)
@click.version_option(__version__, prog_name="integration-specs")
def cli() -> None:
    """Document third-party integrations as YAML files: check, compare, export and publish them."""


def _close_output() -> None:
    """Replace standard output, so that Python reports no second error when it closes a broken pipe or a full disk."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command and exit with one of the exit codes above, never with a traceback."""
    gc.set_threshold(100_000)  # imports make many objects, and no garbage
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed, as some schedulers do
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115
        getattr(sys, name).reconfigure(errors="backslashreplace")
    try:
        status = cli.main(standalone_mode=False)
        sys.stdout.flush()
        gc.freeze()  # a search for garbage at the end takes longer than the end
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:  # the reader of our output, such as `head`, has enough
        _close_output()
        sys.exit(0)
    except (KeyboardInterrupt, click.exceptions.Abort):
        sys.exit(130)
    except Exception as error:
        if isinstance(error, OSError):
            name = f"{ascii(os.fsdecode(error.filename))[1:-1]}: " if isinstance(error.filename, str | bytes) else ""
            message = f"{name}{error.strerror or error}"
        elif os.environ.get("INTEGRATION_SPECS_DEBUG"):
            raise
        else:
            message = f"this is a bug in integration-specs, please report it: {type(error).__name__}: {ascii(str(error))[:300]}"
            message += "; set INTEGRATION_SPECS_DEBUG=1 for a traceback"
        click.echo(f"Error: {message}", err=True)
        _close_output()
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)
