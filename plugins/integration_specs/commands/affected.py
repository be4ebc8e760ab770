"""`integration-specs affected`."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from integration_specs.console import abort, echo_to_stderr, open_project, require_spec, root_option, write
from integration_specs.diff.descriptions import impact_lines
from integration_specs.model import BrokenSpec, Spec, impact
from integration_specs.text.suggestions import did_you_mean


@click.command()
@click.argument("target", metavar="SPEC[#POINTER]")
@root_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the report.",
)
def command(target: str, root: Path, format_: str) -> int:
    """List what breaks if a spec, or one part of it, is removed.

    POINTER is a path as in the output of `diff` (`endpoints[POST /orders]`), or the name of an endpoint, event or field.
    """
    workspace = open_project(root)
    catalog = workspace.catalog()
    name, _, pointer = target.partition("#")
    spec = require_spec(catalog, name)
    if isinstance(spec, BrokenSpec):
        echo_to_stderr(f"{spec.file} has errors: what depends on its invalid parts is not listed")
        stand_in = Spec(spec.id, spec.file, {"system": spec.id, "type": "Other"}, spec.document)
        spec = workspace.reader.partial(spec) or stand_in
    found = impact.of_name(catalog, workspace.schema, spec, pointer)
    if found is None:
        abort(f"{name} has no {pointer!a}{did_you_mean(pointer, impact.named_pointers(workspace.schema, spec))}")
    if format_ == "json":
        owners = sorted({each.owner for each in found if each.owner} | ({spec.owner} if spec.owner else set()))
        content = {"spec": spec.id, "pointer": pointer, "affected": [asdict(each) for each in found], "owners": owners}
        write([json.dumps(content, ensure_ascii=True, indent=2), "\n"])
    else:
        write(impact_lines(f"{spec.id}{f'#{pointer}' if pointer else ''}", found))
    return 0
