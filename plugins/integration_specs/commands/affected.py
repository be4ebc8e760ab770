"""`integration-specs affected`."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from integration_specs.console import fail, open_workspace, root_option, write
from integration_specs.text.suggestions import did_you_mean


@click.command()
@click.argument("target", metavar="SPEC[#POINTER]")
@root_option
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to say it."
)
def command(target: str, root: Path, format_: str) -> int:
    """Tell what breaks if a spec, or one thing in it, goes away.

    POINTER is a path as `diff` prints it (`endpoints[POST /orders]`), or just the name of an endpoint, event or field.
    """
    from integration_specs.diff.wording import impact_lines
    from integration_specs.model import impact

    workspace = open_workspace(root)
    catalog = workspace.catalog()
    name, _, pointer = target.partition("#")
    spec = catalog.by_id.get(name)
    if spec is None:
        broken = any(each.id == name for each in catalog.broken)
        errors = "; it has errors: `integration-specs check` lists them"
        fail(f"there is no readable spec {name!a}{errors if broken else did_you_mean(name, catalog.by_id)}")
    found = impact.of_name(catalog, workspace.schema, spec, pointer)
    if found is None:
        known = impact.names(workspace.schema, spec)
        fail(f"{name} has nothing called {pointer!a}{did_you_mean(pointer, known)}")
    if format_ == "json":
        owners = sorted({each.owner for each in found if each.owner} | ({spec.owner} if spec.owner else set()))
        content = {"spec": spec.id, "pointer": pointer, "affected": [asdict(each) for each in found], "owners": owners}
        write([json.dumps(content, ensure_ascii=True, indent=2), "\n"])
    else:
        write(impact_lines(f"{spec.id}{f'#{pointer}' if pointer else ''}", found))
    return 0
