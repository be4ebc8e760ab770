"""The requirements of a new project: this package from where it was installed, and the installed versions of its dependencies."""

import json
import re
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


def constraints() -> str:
    """Return the installed versions of everything that this package depends on, one a line."""
    pins: dict[str, str] = {}
    names = [DISTRIBUTION]
    while names:
        try:
            found = distribution(names.pop())
        except PackageNotFoundError:  # it is for other platforms
            continue
        if found.name in pins:
            continue
        pins[found.name] = found.version
        names += [_NAME.findall(line)[0] for line in found.requires or () if "extra ==" not in line]
    pins.pop(DISTRIBUTION, None)
    return "".join(f"{name}=={number}\n" for name, number in sorted(pins.items(), key=lambda pin: pin[0].lower()))


_NAME = re.compile(r"[A-Za-z0-9._-]+")


def _source() -> dict[str, Any]:
    """Return what pip recorded about the source of this package (PEP 610); empty if it came from an index."""
    try:
        recorded = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return {}
    found = json.loads(recorded or "{}")
    return found if isinstance(found, dict) else {}
