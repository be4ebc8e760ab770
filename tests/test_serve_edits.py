"""After any edits, the site of a running server is that of a new build, byte for byte."""

import random
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from integration_specs.mkdocs_plugin.plugin import IntegrationSpecsPlugin
from site_support import Folder

EDITS = 50
COMPARED_AFTER = 10
WORDS = ("orders", "refunds", "<b>", "ação", "{{ x }}", "a & b", "`code`")


class Edits:
    """Random edits of the files of a project, as people make them."""

    def __init__(self, folder: Folder, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)  # noqa: S311 (nothing secret)
        self.number = 0
        for _ in range(6):
            self.new_spec()
        self.owners()
        folder.write("docs/index.md", "# Home\n")

    @property
    def specs(self) -> list[Path]:
        return sorted(each for each in (self.folder.root / "specs").rglob("*.yaml") if each.name != "owners.yaml")

    def any_spec(self) -> Path:
        return self.chance.choice(self.specs)

    def change(self, pattern: str, replacement: str) -> None:
        path = self.any_spec()
        text = re.sub(pattern, lambda _: replacement, path.read_text(encoding="utf-8"), count=1)
        path.write_text(text, encoding="utf-8")

    # kinds

    def new_spec(self) -> None:
        self.number += 1
        others = [path.stem for path in self.specs]
        folder = self.chance.choice(["", "", "cards/"])
        lines = [
            f"system: System {self.number}",
            f"type: {self.chance.choice(['API', 'Webhook'])}",
            "status: draft",
            f"owner: team-{self.chance.randrange(3)}",
            f"purpose: {{why: 'For {self.chance.choice(WORDS)}'}}",
            "endpoints:",
            f"  - {{method: GET, path: /things/{self.number}, description: Read things}}",
            "events:",
            "  received:",
            f"    - {{name: thing.{self.number % 3}, when: A thing changed}}",
            "data_mapping:",
            "  - local_entity: Thing",
            "    remote_object: Item",
            "    fields: [{local: name, remote: title, direction: Inbound}]",
            *([f"depends_on: [{self.chance.choice(others)}]"] if others and self.number % 2 else []),
        ]
        self.folder.write(f"specs/{folder}system-{self.number}.yaml", "\n".join(lines) + "\n")

    def text(self) -> None:
        self.change(r"(?m)^purpose: .*$", f"purpose: {{why: 'Now {self.chance.random()} {self.chance.choice(WORDS)}'}}")

    def title(self) -> None:
        self.change(r"(?m)^system: .*$", f"system: Renamed {self.chance.randrange(1000)}")

    def event(self) -> None:
        self.change(r"name: thing\.\d", f"name: thing.{self.chance.randrange(3)}")

    def owner(self) -> None:
        self.change(r"(?m)^owner: .*$", f"owner: team-{self.chance.randrange(4)}")

    def delete(self) -> None:
        if len(self.specs) > 3:
            self.any_spec().unlink()

    def rename(self) -> None:
        path = self.any_spec()
        self.number += 1
        path.rename(path.with_stem(f"renamed-{self.number}"))

    def syntax_error_and_back(self) -> Iterator[None]:
        path = self.any_spec()
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "broken: [\n", encoding="utf-8")
        yield
        path.write_text(text, encoding="utf-8")

    def schema_error(self) -> None:
        self.change(r"method: \w+", f"method: {self.chance.choice(['GET', 'FETCH'])}")

    def owners(self) -> None:
        teams = "".join(
            f"  team-{number}: {{name: Team {self.chance.randrange(100)}, kind: team, "
            "contacts: [{channel: slack, address: '#a'}]}\n"
            for number in range(3)
        )
        self.folder.write("specs/owners.yaml", f"owners:\n{teams}")

    def owners_error_and_back(self) -> Iterator[None]:
        path = self.folder.root / "specs/owners.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text("owners: [\n", encoding="utf-8")
        yield
        path.write_text(text, encoding="utf-8")

    def other_page(self) -> None:
        self.folder.write("docs/index.md", f"# Home {self.chance.random()}\n")

    def all(self) -> Iterator[str]:
        """Make one edit after the other; yield the name of each."""
        kinds: list[Callable[[], Any]] = [self.text, self.text, self.text, self.title, self.event, self.owner]
        kinds += [self.delete, self.rename, self.new_spec, self.owners, self.other_page, self.schema_error]
        kinds += [self.syntax_error_and_back, self.owners_error_and_back]
        while True:
            kind = self.chance.choice(kinds)
            for _ in kind() or (None,):
                yield kind.__name__
            yield kind.__name__


class Server:
    """Builds as a server does: once, and after each change."""

    def __init__(self, folder: Folder) -> None:
        self.folder, self.full = folder, 0
        self.plugin = self._build(is_first=True)

    def _build(self, *, is_first: bool = False) -> IntegrationSpecsPlugin:
        self.full += 1
        config = load_config(str(self.folder.root / "mkdocs.yml"), site_dir=str(self.folder.root / "served"))
        if is_first:
            config.plugins.on_startup(command="serve", dirty=False)
        build(config)
        plugin = config.plugins["integration-specs"]
        assert isinstance(plugin, IntegrationSpecsPlugin)
        assert is_first or plugin is self.plugin
        return plugin

    def build_again(self) -> None:
        assert self.plugin.rebuild(self._build) == ""


def files_of(site: Path) -> dict[str, bytes]:
    found = (path for path in site.rglob("*") if path.is_file() and path.suffix != ".gz")  # which holds a time
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("seed", [1])
def test_random_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    folder = Folder(tmp_path)
    folder.configure()
    edits = Edits(folder, seed)
    done: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = Server(folder)
        for number, kind in zip(range(1, EDITS + 1), edits.all(), strict=False):
            done.append(kind)
            server.build_again()
            if number % COMPARED_AFTER == 0:
                folder.build()
                served, new = files_of(tmp_path / "served"), files_of(tmp_path / "site")
                differing = [name for name in {*served, *new} if served.get(name) != new.get(name)]
                assert differing == [], (seed, done)
        server.plugin.on_shutdown()
    assert len({*done}) > 8
    assert server.full < EDITS - EDITS // 5
