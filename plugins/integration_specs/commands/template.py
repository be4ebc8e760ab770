"""`integration-specs template`."""

import click

from ..console import write


@click.command()
def command() -> int:
    """Print the blank template, for those who would rather fill in Markdown; `import markdown` reads it back."""
    from ..schema import read_schema
    from ..template.blank import blank_template

    write([blank_template(read_schema())])
    return 0
