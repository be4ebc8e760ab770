"""Options of the plugin in `mkdocs.yml`."""

from mkdocs.config import base
from mkdocs.config import config_options as c


class Options(base.Config):  # type: ignore[no-untyped-call]
    """Options of the plugin in `mkdocs.yml`; none is required."""

    specs_dir = c.Type(str, default="")
    """Folder of the specs, relative to `mkdocs.yml`. Default: the project's setting `specs`, which is `specs`."""
    mount = c.Optional(c.Type(str))
    """Folder of the pages inside the site. Default: the site's root when `docs_dir` is the specs folder, else
    `integrations`."""
    edit_url = c.Type(str, default="")
    """Address where a spec is edited, with `{path}` and `{line}`. Default: derived from the setting `repository`."""
    history = c.Type(int, default=100)
    """Number of commits in the change log, counted from the newest one that changed specs; 0 for no change log."""
    compare = c.Type(str, default="")
    """A Git revision: pages then mark what the specs change since their merge base with it."""
    csp = c.Type(bool, default=False)
    """Write a strict Content-Security-Policy into every built page and a `_headers` file. Off by default, since web fonts,
    analytics and embedded videos would not load."""
