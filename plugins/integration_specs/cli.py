"""The command `integration-specs`: finds its subcommands, and turns every way out into an exit code.

Exit codes: 0 nothing found, 1 findings, 2 could not run (usage, settings, a missing base), 130 interrupted.
"""

import contextlib
import importlib
import os
import sys

import click

from . import __version__, registry


def _shown(module: str) -> str:
    """Name of a command: `import_.py` is `import`, which no module can be called."""
    return module.rstrip("_").replace("_", "-")


class _Commands(click.Group):
    """The folder `commands`; a command is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [_shown(name) for name in registry.names("commands")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = next((name for name in registry.names("commands") if _shown(name) == cmd_name), None)
        if name is None:
            return None
        command: click.Command = importlib.import_module(f"integration_specs.commands.{name}").command
        command.name = cmd_name
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="integration-specs")
def cli() -> None:
    """Keep what a company knows of its integrations true."""


def _close_output() -> None:
    """Let Python say nothing more when it closes an output that nobody takes, such as a pipe or a full disk."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command; every way out of it is one of the exit codes above, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        status = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        _close_output()
        sys.exit(0)
    except (KeyboardInterrupt, click.exceptions.Abort):
        sys.exit(130)
    except OSError as error:
        name = f"{ascii(os.fsdecode(error.filename))[1:-1]}: " if isinstance(error.filename, str | bytes) else ""
        click.echo(f"Error: {name}{error.strerror or error}", err=True)
        _close_output()
        sys.exit(2)
    except Exception as error:
        if os.environ.get("INTEGRATION_SPECS_DEBUG"):
            raise
        click.echo(
            f"Error: this is a fault of integration-specs itself, please report it: {type(error).__name__}: "
            f"{ascii(str(error))[:300]}; with INTEGRATION_SPECS_DEBUG=1 in the environment it says where",
            err=True,
        )
        _close_output()
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
