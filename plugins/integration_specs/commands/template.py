"""`integration-specs template`."""

import click

from integration_specs.console import write
from integration_specs.markdown_template.blank import blank_template
from integration_specs.validation.schema import read_schema


@click.command()
def command() -> int:
    """Print the blank Markdown template. `import markdown` turns a filled one into a spec."""
    write([blank_template(read_schema())])
    return 0
