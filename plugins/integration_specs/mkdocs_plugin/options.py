"""What `mkdocs.yml` may say of the plugin."""

from mkdocs.config import base
from mkdocs.config import config_options as c


class Options(base.Config):  # type: ignore[no-untyped-call]
    """Options of the plugin in `mkdocs.yml`; none is needed."""

    specs_dir = c.Type(str, default="")
    """Folder of the specs, relative to `mkdocs.yml`; by default the project's setting `specs`, that is `specs`."""
    mount = c.Optional(c.Type(str))
    """Folder of the pages inside the site; by default the site's root when `docs_dir` is the specs folder, else
    `integrations`."""
    edit_url = c.Type(str, default="")
    """Where a spec is edited, with `{path}` and `{line}`; by default worked out from the setting `repository`."""
    history = c.Type(int, default=100)
    """How many of the newest commits that touch specs the change log looks at; 0 leaves it out."""
    compare = c.Type(str, default="")
    """A revision: pages then say and mark what the specs change against the commit that they share with it."""
    csp = c.Type(bool, default=False)
    """Write a strict Content-Security-Policy into every built page and a `_headers` file. Off by default, since a site
    with web fonts, analytics or embedded videos would lose them."""
    cache = c.Type(bool, default=True)
    """Keep in `.cache/integration-specs/` what a build made, for the next one. It never changes what is built."""
