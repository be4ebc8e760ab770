"""The files of a new project: the starter, the files that this repository itself uses, and those of its CI."""

import re
from collections.abc import Iterator
from pathlib import Path

from .editors import derived_files, first_files
from .requirements import constraints, requirement

_HERE = Path(__file__).parent
_STYLES = "site_overrides/stylesheets/brand.css"
_CI = {
    "github": (
        ".github/post-comment.sh",
        ".github/review.sh",
        ".github/workflows/comment.yml",
        ".github/workflows/pages.yml",
        ".github/workflows/specs.yml",
    ),
    "gitlab": (".gitlab/integration-specs.gitlab-ci.yml",),
    "aggregate": (),
}
_INSTALL = re.compile(r"-c constraints\.txt \.|\"mkdocs-integration-specs==[0-9.]+\"")
"""How CI installs the package in this repository, or from an index."""


def project_files(today: str, ci: str) -> dict[str, str]:
    """Return the files of a new project by path. `ci` is `github`, `gitlab` or `aggregate` (a nightly build on GitHub)."""
    values = {"{{today}}": today, "{{requirement}}": requirement(), "{{constraints}}": constraints().rstrip()}
    files = {name: _INSTALL.sub("-r requirements.txt", _read(name)) for name in own_files(ci)}
    for name, text in (*_folder("starter"), *_folder(ci)):
        files[name] = re.sub(r"\{\{\w+\}\}", lambda match: values[match[0]], text)
    return files | derived_files() | first_files("specs")


def own_files(ci: str) -> tuple[str, ...]:
    """Return the paths of the files of this repository that a new project has, too."""
    return (_STYLES, *_CI[ci])


def _read(name: str) -> str:
    """Return the text of a file of this repository; a wheel has a copy in `shared`, without the dots of its folder's name."""
    wheel = _HERE / "shared" / name.removeprefix(".")
    path = wheel if wheel.is_file() else _HERE.parent.parent.parent / name
    return path.read_text(encoding="utf-8")


def _folder(name: str) -> Iterator[tuple[str, str]]:
    """Yield the paths and texts of the files in a folder here, if it exists; `dot-` stands for a leading dot."""
    for path in sorted((_HERE / name).rglob("*")):
        if path.is_file():
            target = path.relative_to(_HERE / name).as_posix().replace("dot-", ".")
            yield target, path.read_text(encoding="utf-8")
