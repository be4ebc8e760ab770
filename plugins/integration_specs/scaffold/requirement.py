"""The requirement of a new project: this package from where it was installed, a checkout, a wheel or an index."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from integration_specs import __version__

DISTRIBUTION = "mkdocs-integration-specs"


def requirement(package: Path = Path(__file__).parent.parent) -> str:
    """Return the line of `requirements.txt` that installs what is running now; `package` is the folder of this package."""
    checkout = package.parent.parent
    if (checkout / "pyproject.toml").is_file() and package.parent.name == "plugins":
        return f"{DISTRIBUTION} @ {checkout.resolve().as_uri()}"
    source = _source()
    if commit := source.get("vcs_info", {}).get("commit_id"):
        return f"{DISTRIBUTION} @ {source['vcs_info'].get('vcs', 'git')}+{source['url']}@{commit}"
    return f"{DISTRIBUTION} @ {source['url']}" if source.get("url") else f"{DISTRIBUTION}=={__version__}"


def is_local(line: str) -> bool:
    """Return whether a requirement is a file or folder of this machine."""
    return "@ file:" in line


def _source() -> dict[str, Any]:
    """Return what pip recorded about the source of this package (PEP 610); empty if it came from an index."""
    try:
        recorded = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return {}
    found = json.loads(recorded or "{}")
    return found if isinstance(found, dict) else {}
