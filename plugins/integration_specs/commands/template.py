"""`integration-specs template`."""

import click

from integration_specs.console import write


@click.command()
def command() -> int:
    """Print the blank template, for those who would rather fill in Markdown; `import markdown` reads it back."""
    from integration_specs.template.blank import blank_template
    from integration_specs.validation.schema import read_schema

    write([blank_template(read_schema())])
    return 0
