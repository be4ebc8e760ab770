"""Document third-party integrations as YAML specs: validate them, review their changes and publish them.

The names below are the public API; `docs/api.md` describes them. They are imported when they are first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import Project, ProjectError, open_project

__version__ = "0.2.0"
__all__ = ["Project", "ProjectError", "__version__", "open_project"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
