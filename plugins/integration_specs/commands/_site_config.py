"""The configuration of a site, read as data: nothing in it is run."""

import re
from pathlib import Path
from typing import Any

import yaml

from integration_specs.files import read_file


def read_config(path: Path) -> dict[str, Any] | str:
    """Return a configuration file without its tags (`!ENV`, `!!python/name:…`), or what is wrong with it."""
    try:
        text = read_file(path, 1 << 20).decode()
        content = yaml.safe_load(re.sub(r"(?m)(^|[\s\[{,])!{1,2}[^\s,\]}]*", r"\1", text))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        return " ".join(str(error).split())
    return content if isinstance(content, dict) else "expected options with their values"


def plugins_of(config: dict[str, Any]) -> dict[str, Any]:
    """Return the options of each plugin by its name, in their order; they may be a list of names and mappings, or one mapping."""
    plugins = config.get("plugins", ["search"])
    entries = plugins.items() if isinstance(plugins, dict) else map(_entry, plugins or ())
    return {str(name).rpartition("/")[2]: options for name, options in entries}


def _entry(plugin: Any) -> tuple[Any, Any]:
    return next(iter(plugin.items()), ("", None)) if isinstance(plugin, dict) else (plugin, None)
