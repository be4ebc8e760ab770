"""`integration-specs mcp`."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration_specs.console import abort, open_project, parse_today, root_option, today_option

if TYPE_CHECKING:
    from ._mcp_tools import CatalogTools


@click.command()
@root_option
@today_option
@click.option(
    "--site",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder of a published site with its catalog.json. Default: the specs of the project.",
)
def command(root: Path, today: str | None, site: Path | None) -> int:
    """Serve the catalog to coding assistants, over standard input and output (Model Context Protocol).

    The server is read-only. It needs the extra `mcp`.
    """
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
    except ImportError:
        abort("the extra `mcp` is not installed; run `pip install 'mkdocs-integration-specs[mcp]'`")
    from integration_specs import __version__

    from ._mcp_tools import INSTRUCTIONS, TOOLS, CatalogTools

    if site and not (site / "catalog.json").is_file():
        abort(f"the folder {site} has no catalog.json")
    catalog = CatalogTools(open_project(root), parse_today(today), site)
    server = MCPServer("integration-specs", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
    for name in TOOLS:
        server.add_tool(_explaining(getattr(catalog, name), ToolError), structured_output=False)
    try:
        specs = catalog.catalog().specs
    except ValueError as error:
        abort(str(error))
    for spec in specs:
        address = f"integration-spec://{spec.id}"
        server.resource(address, title=spec.title, mime_type="text/markdown")(_reader(catalog, spec.id))
    server.run("stdio")
    return 0


def _explaining(tool: Callable[..., str], error: type[Exception]) -> Callable[..., str]:
    """Return a tool that raises `error`, whose text clients see, where it would raise `ValueError`."""

    @wraps(tool)
    def answer(*arguments: object, **values: object) -> str:
        try:
            return tool(*arguments, **values)
        except ValueError as problem:
            raise error(str(problem)) from problem

    return answer


def _reader(catalog: "CatalogTools", spec_id: str) -> Callable[[], str]:
    def read() -> str:
        return catalog.markdown(spec_id)

    read.__name__ = spec_id
    return read
