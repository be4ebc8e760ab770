"""Settings of a project: `integration-specs.toml`, or `[tool.integration-specs]` in `pyproject.toml`.

Settings are data: nothing in them is run, and `mkdocs.yml` is not read.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePath
from typing import Any

from integration_specs.files import UnreadableFile, is_missing, read_file
from integration_specs.text.display import printable
from integration_specs.text.suggestions import did_you_mean

from .findings import Level

_LARGEST = 16 << 20
"""The limit for the settings and the baseline, in bytes."""
_PATHS = ("specs", "specs.path", "schema", "codeowners", "secrets_baseline", "verification")
"""The settings that are paths, relative to the project."""


class SettingsError(Exception):
    """The settings are invalid; the text says in which file, what is wrong and what to write."""


@dataclass(frozen=True, slots=True)
class SpecSource:
    """One folder of specs, relative to the project.

    If it is the checkout of another repository, `repository` is its web address, `branch` its branch and `top` its top folder.
    A source that is `optional` may be missing.
    """

    path: str
    name: str = ""
    repository: str = ""
    branch: str = "main"
    top: str = ""
    optional: bool = False

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name or self.path


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one project. Folders and files are relative to `root`.

    `repository` is the web address of the repository, and `edit` the address of a line of a file in it, with `{path}` and
    `{line}`. `levels` and `diff_levels` set the level of rules (`off` disables one). `review_every` is how long a review
    is valid, by criticality. `secrets_baseline` is a file with one SHA-256 hash a line of texts that look like secrets and
    are accepted. `more_specs` are the further folders of the setting `specs`.
    `verification` is the report of `verify --format json`, and `verify_every` how old the recordings in it may be. `contact_urls`
    are web addresses of contacts by channel, with `{address}`. `contracts` are files that a comparison reads in place of the contracts
    of specs, by ID; it is not a setting of the file.
    """

    root: Path = Path()
    specs: str = "specs"
    schema: str = ""
    repository: str = ""
    branch: str = "main"
    edit: str = ""
    codeowners: str = ""
    fail_on: Level = "error"
    levels: dict[str, str] = field(default_factory=dict)
    diff_levels: dict[str, str] = field(default_factory=dict)
    review_every: dict[str, str] = field(default_factory=dict)
    warn_days: int = 60
    contact_urls: dict[str, str] = field(default_factory=dict)
    secrets_baseline: str = ""
    verification: str = ""
    verify_every: str = ""
    more_specs: tuple[SpecSource, ...] = ()
    contracts: dict[str, Path] = field(default_factory=dict)

    @property
    def spec_sources(self) -> tuple[SpecSource, ...]:
        """All folders of specs, the project's own first."""
        return (SpecSource(self.specs), *self.more_specs)

    def source_of(self, file: str) -> SpecSource | None:
        """Return the further folder of specs that contains a file, if there is one."""
        return next((each for each in self.more_specs if file.startswith(f"{each.path}/")), None)

    def repositories(self) -> Iterator[tuple[str, "Settings"]]:
        """Yield the top folder of each repository with specs, empty for the project's own, and the settings for it alone."""
        yield "", replace(self, more_specs=())
        for source in self.more_specs:
            top = self.root / source.top
            inner = source.path.removeprefix(f"{source.top}/")
            yield (
                source.top,
                replace(self, root=top, specs=inner, repository=source.repository, branch=source.branch, more_specs=()),
            )

    @property
    def specs_folder(self) -> Path:
        """The folder of the specs."""
        return self.root / self.specs

    @property
    def schema_file(self) -> Path | None:
        """The project's own schema; None for the built-in one."""
        return self.root / self.schema / "integration-spec.schema.json" if self.schema else None

    def accepted_secrets(self) -> frozenset[str]:
        """Return the hashes of the baseline: the first word of each line. A baseline that is missing, or cannot be read, is empty."""
        if not self.secrets_baseline:
            return frozenset()
        try:
            lines = read_file(self.root / self.secrets_baseline, _LARGEST).decode(errors="replace").splitlines()
        except UnreadableFile:
            return frozenset()
        return frozenset(line.split()[0].lower() for line in lines if line.strip())

    def edit_url(self, path: str, line: int = 1) -> str:
        """Return the address of `path` (relative to the project) at `line`; empty without a repository."""
        if (source := self.source_of(path)) and source.repository:
            own = Settings(repository=source.repository, branch=source.branch)
            return own.edit_url(path.removeprefix(f"{source.top}/"), line)
        template = self.edit or (
            f"{self.repository.rstrip('/')}/blob/{self.branch}/{{path}}#L{{line}}" if self.repository else ""
        )
        return template.replace("{path}", path).replace("{line}", str(line))


def read_settings(root: Path) -> Settings:
    """Read the settings of the project in `root`; without a file, the defaults. Raises `SettingsError`."""
    for name in ("integration-specs.toml", "pyproject.toml"):
        path = root / name
        if is_missing(path):
            continue
        try:
            content: Any = tomllib.loads(read_file(path, _LARGEST).decode())
        except UnreadableFile as error:
            advice = "replace it with a file that you may read, or delete it"
            raise SettingsError(f"{name}: cannot be read: {error.reason}; {advice}") from None
        except UnicodeDecodeError:
            raise SettingsError(f"{name}: cannot be read: it is not UTF-8; save it as UTF-8") from None
        except ValueError as error:
            raise SettingsError(f"{name}: cannot be read: {printable(str(error), 200)}") from None
        except RecursionError:
            raise SettingsError(f"{name}: cannot be read: too deeply nested") from None
        if name != "integration-specs.toml":
            tools = content.get("tool")
            content = tools.get("integration-specs") if isinstance(tools, dict) else None
        if content is not None:
            return _settings(root, name, _checked(name, "tool.integration-specs", content, dict))
    return Settings(root=root)


def _settings(root: Path, name: str, table: dict[str, Any]) -> Settings:
    known = {known.name: known for known in fields(Settings) if known.name not in ("root", "more_specs", "contracts")}
    values: dict[str, Any] = {}
    defaults = Settings()
    for key, value in table.items():
        word = key.replace("-", "_")
        if word not in known:
            available = f"; available settings are {', '.join(f'`{each}`' for each in sorted(known))}"
            raise SettingsError(f"{name}: unknown setting `{key}`{did_you_mean(word, known, available)}")
        if word == "specs" and isinstance(value, list):
            first, *more = (_source(name, each) for each in value or [{}])
            values |= {"specs": first.path, "more_specs": tuple(more)}
            continue
        values[word] = _checked(name, key, value, type(getattr(defaults, word)))
    levels = [(f"{key}.{rule}", word, _LEVELS[key]) for key in _LEVELS for rule, word in values.get(key, {}).items()]
    for key, word, allowed in (*levels, ("fail_on", values.get("fail_on", "error"), _LEVELS["levels"][:-1])):
        if word not in allowed:
            raise SettingsError(f"{name}: `{key}` must be one of {', '.join(allowed)}, not {word!r}")
    if not re.fullmatch(r"([0-9]{1,6}[smhd])?", values.get("verify_every", "")):
        raise SettingsError(f"{name}: `verify_every` must be a duration such as 90d, not {values['verify_every']!r}")
    return Settings(root=root, **values)


def _checked(name: str, key: str, value: Any, expected: type) -> Any:
    """Return a value of the expected type, without control characters if it is text. Raises `SettingsError`."""
    if type(value) is not expected:
        raise SettingsError(f"{name}: `{key}` must be {_TYPES[expected]}, not {printable(repr(value), 200)}")
    if isinstance(value, str) and not value.isprintable():
        raise SettingsError(f"{name}: `{key}` must not contain control characters: {printable(value, 200)}")
    if isinstance(value, str) and key.replace("-", "_") in _PATHS and PurePath(value).is_absolute():
        raise SettingsError(f"{name}: `{key}` must be relative to the project, not {printable(value, 200)}")
    return value


def _source(name: str, table: Any) -> SpecSource:
    """Return one folder of the setting `specs`. Raises `SettingsError`."""
    known = {known.name: type(known.default) for known in fields(SpecSource)} | {"path": str}
    if not isinstance(table, dict) or "path" not in table:
        raise SettingsError(f'{name}: each entry of `specs` must be a table with `path`, such as {{path = "specs"}}')
    for key, value in table.items():
        if key not in known:
            available = f"; it may have {', '.join(known)}"
            raise SettingsError(f"{name}: unknown key `{key}` in `specs`{did_you_mean(key, known, available)}")
        _checked(name, f"specs.{key}", value, known[key])
    path = table["path"].strip("/")
    top = table.get("top", path.rpartition("/")[0]) if table.get("repository") else ""
    return SpecSource(**{**table, "path": path, "top": top.strip("/")})


_LEVELS = {
    "levels": ("error", "warning", "info", "off"),
    "diff_levels": ("breaking", "risky", "safe", "editorial", "off"),
}
_TYPES: dict[type, str] = {str: "a string", int: "an integer", dict: "a table", bool: "true or false"}
