"""`integration-specs list`."""

from pathlib import Path

import click

from integration_specs.console import open_project, root_option, table, write
from integration_specs.model import Spec
from integration_specs.text.display import plural, printable

_HEAD = ("id", "type", "status", "owner", "updated", "endpoints", "events", "system")


@click.command()
@root_option
@click.option("--owner", metavar="KEY", help='Only specs of this owner; "" for specs without an owner.')
@click.option("--status", help="Only specs with this status.")
@click.option("--type", "type_", help="Only specs of this type.")
@click.option("--tag", help="Only specs with this tag.")
def command(root: Path, owner: str | None, status: str | None, type_: str | None, tag: str | None) -> int:
    """List specs in a table, broken ones last."""
    catalog = open_project(root).catalog()
    chosen = [
        spec
        for spec in catalog.specs
        if (owner is None or spec.owner == owner)
        and (status is None or spec.status == status.lower())
        and (type_ is None or spec.type.lower() == type_.lower())
        and (tag is None or tag in spec.tags)
    ]
    write(table([_HEAD, *(_row(spec) for spec in chosen)]))
    is_filtered = any(each is not None for each in (owner, status, type_, tag))
    for broken in () if is_filtered else catalog.broken:
        count = plural(len(broken.findings), "problem")
        write([f"{printable(broken.id)}  broken: {count}, see `integration-specs check {broken.file}`\n"])
    write([f"{plural(len(chosen), 'spec')}, {len(catalog.broken)} broken\n"])
    return 0


def _row(spec: Spec) -> tuple[str, ...]:
    updated = printable(str(spec.data.get("last_updated", "")), 10)
    counts = str(len(spec.endpoints)), str(len(spec.events))
    return (spec.id, spec.type, spec.status, printable(spec.owner), updated, *counts, printable(spec.system))
