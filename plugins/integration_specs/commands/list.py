"""`integration-specs list`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration_specs.console import open_project, root_option, screen_width, write

if TYPE_CHECKING:
    from integration_specs.model import Spec

_HEAD = ("id", "type", "status", "owner", "updated", "endpoints", "events", "system")


@click.command()
@root_option
@click.option("--owner", metavar="KEY", help='Only specs of this owner; "" for specs without an owner.')
@click.option("--status", help="Only specs with this status.")
@click.option("--type", "type_", help="Only specs of this type.")
@click.option("--tag", help="Only specs with this tag.")
def command(root: Path, owner: str | None, status: str | None, type_: str | None, tag: str | None) -> int:
    """List specs in a table, broken ones last."""
    from integration_specs.text.display import plural, printable

    catalog = open_project(root).catalog()
    chosen = [
        spec
        for spec in catalog.specs
        if (owner is None or spec.owner == owner)
        and (status is None or spec.status == status.lower())
        and (type_ is None or spec.type.lower() == type_.lower())
        and (tag is None or tag in spec.tags)
    ]
    write(_table([_HEAD, *(_row(spec) for spec in chosen)]))
    is_filtered = not owner is status is type_ is tag is None
    for broken in catalog.broken if not is_filtered else ():
        count = plural(len(broken.findings), "problem")
        write([f"{printable(broken.id)}  broken: {count}, see `integration-specs check {broken.file}`\n"])
    write([f"{plural(len(chosen), 'spec')}, {len(catalog.broken)} broken\n"])
    return 0


def _row(spec: "Spec") -> tuple[str, ...]:
    from integration_specs.text.display import printable

    updated = printable(str(spec.data.get("last_updated", "")), 10)
    counts = str(len(spec.endpoints)), str(len(spec.events))
    return (spec.id, spec.type, spec.status, printable(spec.owner), updated, *counts, printable(spec.system))


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield lines with aligned columns, truncated to the width of the terminal."""
    from integration_specs.documents.code_frame import cells, truncate_cells

    rows = list(rows)
    widths = [max(cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        padded = (text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True))
        yield truncate_cells("  ".join(padded).rstrip(), screen_width()) + "\n"
