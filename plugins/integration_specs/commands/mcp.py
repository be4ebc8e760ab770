"""`integration-specs mcp`."""

from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path

import click

from integration_specs import __version__
from integration_specs.console import abort, open_project, parse_today, root_option, today_option

from ._mcp_tools import INSTRUCTIONS, TOOLS, CatalogTools


@click.command()
@root_option
@today_option
@click.option(
    "--site",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder of a published site with its catalog.json. Default: the specs of the project.",
)
def command(root: Path, today: str | None, site: Path | None) -> int:
    """Serve the catalog to coding assistants.

    It uses the Model Context Protocol over standard input and output. The server is read-only. It needs the extra `mcp`.
    """
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.exceptions import ResourceError, ToolError
    except ImportError:
        abort("the extra `mcp` is not installed; run `pip install 'mkdocs-integration-specs[mcp]'`")
    if site and not (site / "catalog.json").is_file():
        abort(f"the folder {site} has no catalog.json; name the folder of the specs in a published site")
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
        read = _explaining(partial(catalog.markdown, spec.id), ResourceError)
        server.resource(address, name=spec.id, title=spec.title, mime_type="text/markdown")(read)
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
