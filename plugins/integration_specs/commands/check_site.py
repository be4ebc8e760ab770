"""`integration-specs check-site`."""

from pathlib import Path

import click

from integration_specs.console import abort, open_project, root_option, write
from integration_specs.reports.text import finding_text
from integration_specs.site.completeness import check_site
from integration_specs.text.display import plural


@click.command()
@click.argument("site", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--mount",
    metavar="FOLDER",
    default="",
    help="Folder of the pages inside the site, such as `integrations`. Default: the site itself.",
)
@root_option
def command(site: Path, mount: str, root: Path) -> int:
    """Report missing pages and broken links of a built site.

    Every page in DIR is read. The build itself checks our pages before other plugins and scripts change them.
    """
    ids = [path.stem for path in open_project(root).files().specs]
    if not site.is_dir():
        abort(f"the folder {site} does not exist; build the site first, or name its folder")
    problems = check_site(site, ids, mount)
    write(line for each in problems for line in finding_text(each, ""))
    write([f"{plural(len(ids), 'spec')}, {plural(len(problems), 'problem')}\n"])
    return int(bool(problems))
