"""Readers and writers take time in proportion to their input: twice doubled, at most four and a half times as long."""

import gc
import json
import re
import time
import tomllib
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from integration_specs import registry, secrets
from integration_specs.checks import mapping
from integration_specs.contracts import Resolver, read_contract
from integration_specs.diff.classify import compare_specs
from integration_specs.diff.context import Snapshots
from integration_specs.documents import VENDOR, load_raw_text, load_text
from integration_specs.formatting import format_document
from integration_specs.importers import ImportFault, ImportOptions
from integration_specs.model import Catalog, Spec
from integration_specs.model.codeowners import OwnerLine
from integration_specs.secrets import find
from integration_specs.validation.schema import read_schema
from integration_specs.validation.validator import Validator

SCHEMA = read_schema()
VALIDATOR = Validator(SCHEMA)
DRAFT = "system: Acme\ntype: API\nstatus: draft\n"

TEXTS: dict[str, tuple[Callable[[int], str], int]] = {
    "keys": (lambda n: DRAFT + "".join(f"x-{number}: {number}\n" for number in range(n)), 3_000),
    "items": (lambda n: DRAFT + "tags:\n" + "  - *a\n" * n, 5_000),
    "one line": (lambda n: DRAFT + "x-a: " + "word " * n + ": b: c", 20_000),
    "one item": (lambda n: DRAFT + "tags:\n  - " + "word: " * n, 10_000),
    "text": (lambda n: DRAFT + "x-a: |\n" + "  word: and more\n" * n, 5_000),
    "comments": (lambda n: DRAFT + "# a: b # c\n" * n, 5_000),
    "quotes": (lambda n: DRAFT + 'x-a: "' + "\\n" * n + '"\n', 10_000),
    "brackets": (lambda n: DRAFT + "x-a: [" + "[1], " * n + "]\n", 5_000),
    "tabs": (lambda n: DRAFT + "\t" * n, 20_000),
    "dashes": (lambda n: DRAFT + "- " * n, 20_000),
    "no-break spaces": (lambda n: DRAFT + "\u00a0a: b\n" * n, 5_000),
    "names of secrets": (lambda n: DRAFT + "x-a: " + "secret token password=" * n, 5_000),
    "starts of secrets in one run": (lambda n: DRAFT + "x-a: x" + "=AQE" * n + "/ABSK" * n + "=A", 5_000),
    "beginnings of secrets": (lambda n: DRAFT + "x-a: " + "eyJ.://:@sk_ Bearer " * n, 5_000),
}


def read(text: str) -> None:
    VALIDATOR(load_text(text, "x.yaml"))


def read_vendor(text: str) -> None:
    load_raw_text(text, "x.yaml", VENDOR)


def write(text: str) -> None:
    document = load_raw_text(text, "x.yaml")
    if isinstance(document.data, dict):
        format_document(document, SCHEMA)


def search(text: str) -> None:
    list(find(text, "token"))


def duration(work: Callable[[], object]) -> float:
    """Return the shorter processor time of two runs, without the garbage collector: it walks what other tests left behind, too."""
    times = []
    gc.disable()
    for _ in range(2):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    gc.enable()
    return min(times)


def assert_linear(run: Callable[[Any], object], make: Callable[[int], Any], size: int) -> None:
    small, large = make(size), make(4 * size)
    before = after = float("inf")
    for _ in range(6):  # the shortest of several counts, since another process may disturb a measurement
        before, after = min(before, duration(lambda: run(small))), min(after, duration(lambda: run(large)))
        if after <= 4.5 * before + 0.03:
            return
    raise AssertionError(f"{before:.3f} s became {after:.3f} s")


@pytest.mark.parametrize("run", [read, read_vendor, write, search], ids=lambda run: run.__name__)
@pytest.mark.parametrize("name", TEXTS)
def test_text(name: str, run: Callable[[str], None]) -> None:
    assert_linear(run, *TEXTS[name])


def test_no_start_of_a_secret_is_read_to_the_end_of_the_text() -> None:
    """Many starts in one run of characters, which each must be read before the format fails, would take quadratic time."""
    formats = tomllib.loads((Path(secrets.__file__).parent / "formats.toml").read_text(encoding="utf-8"))
    for kind, row in formats.items():
        for run in re.findall(r"(\[[^\]]+\])\{\d+,\}(?=[^)|])", row["pattern"]):
            has_separator = any(re.match(run, each) for each in "-_./+=:~%")
            starts = [start for start in row.get("starts", ()) if re.fullmatch(f"{run}+", start)]
            assert not (has_separator and starts), f"{kind}: limit {run}"


DOCUMENTS: dict[str, tuple[str, Callable[[int], str], int]] = {
    "openapi paths": (
        "openapi",
        lambda n: json.dumps(
            {
                "openapi": "3.1.0",
                "paths": {f"/{i}": {"get": {"responses": {"200": {"description": ""}}}} for i in range(n)},
            }
        ),
        50,
    ),
    "openapi references": (
        "openapi",
        lambda n: json.dumps(
            {"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/x/0"}}, "x": [{"$ref": f"#/x/{i + 1}"} for i in range(n)]}
        ),
        500,
    ),
    "asyncapi channels": (
        "asyncapi",
        lambda n: json.dumps(
            {"asyncapi": "2.6.0", "channels": {f"c{i}": {"publish": {"message": {"name": f"m{i}"}}} for i in range(n)}}
        ),
        50,
    ),
    "postman items": (
        "postman",
        lambda n: json.dumps(
            {
                "info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json", "name": "A"},
                "item": [
                    {"name": f"n{i}", "request": {"method": "GET", "url": f"https://example.com/{i}"}} for i in range(n)
                ],
            }
        ),
        50,
    ),
    "markdown items": ("markdown", lambda n: "# Acme\n\n## Purpose\n\n" + "- *a\n" * n, 4_000),
    "markdown headings": ("markdown", lambda n: "# Acme\n\n" + "## Purpose\n\ntext\n" * n, 1_000),
    "markdown stars": ("markdown", lambda n: "# Acme\n\n## Purpose\n\n" + "*a **b " * n, 4_000),
    "markdown backslashes": ("markdown", lambda n: "# Acme\n\n## Environments\n\n- a" + "\\" * n + "\n", 5_000),
    "markdown spaces in a heading": ("markdown", lambda n: "# Acme\n\n## GET" + " " * n + "/a\n", 5_000),
    "markdown tables": (
        "markdown",
        lambda n: "# Acme\n\n## Purpose\n\n| a | b |\n| - | - |\n" + "| c | d |\n" * n,
        2_000,
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_import(name: str, tmp_path: Path) -> None:
    format_, make, size = DOCUMENTS[name]
    importer = next(module for found, module in registry.modules("importers", "read") if found == format_)

    def file(n: int) -> Path:
        path = tmp_path / f"{n}.txt"
        path.write_text(make(n), encoding="utf-8")
        return path

    def run(path: Path) -> None:
        with suppress(ImportFault):
            importer.read(path, ImportOptions(SCHEMA, path.name, all_operations=True))

    assert_linear(run, file, size)


MAPPING = "data_mapping:\n  - local_entity: Order\n    remote_object: {name}\n    fields:\n"
BODY = "endpoints:\n  - method: GET\n    path: /a\n    response:\n      example:\n"
SPECS: dict[str, tuple[Callable[[str, int], str], int]] = {
    "fields of an example": (lambda name, n: BODY + "".join(f"        {name}{i}: {i}\n" for i in range(n)), 400),
    "items of an example": (lambda name, n: BODY + "".join(f"        - {{{name}{i}: {i}}}\n" for i in range(n)), 400),
    "rows": (
        lambda name, n: (
            MAPPING.format(name=name)
            + "".join(f"      - {{local: {name}{i}, remote: {name}s{i}, type: string}}\n" for i in range(n))
            + BODY
            + "".join(f"        {name}s{i}: {i}\n" for i in range(n))
        ),
        100,
    ),
    "steps": (
        lambda name, n: (
            "endpoints:\n"
            + "".join(f"  - {{method: GET, path: /{name}{i}}}\n" for i in range(n))
            + "overview:\n  flows:\n"
            + "".join(f"    - {{name: {name}{i}, steps: ['GET /{name}{i}']}}\n" for i in range(n // 10))
        ),
        100,
    ),
}


def spec(text: str) -> Spec:
    document = load_text(DRAFT + text, "specs/a.yaml")
    assert not [finding for finding in VALIDATOR(document) if finding.level == "error"]
    return Spec("a", "specs/a.yaml", document.data, document)


@pytest.mark.parametrize("name", SPECS)
def test_diff_of_unrelated_specs(name: str) -> None:
    make, size = SPECS[name]

    def compare(pair: tuple[Spec, Spec]) -> None:
        old, new = (replace(each) for each in pair)  # without what is computed once
        snapshots = Snapshots(Catalog((old,)), Catalog((new,)), SCHEMA, date(2026, 1, 10))
        assert len(compare_specs(snapshots, old, new)) > size

    assert_linear(compare, lambda n: (spec(make("one", n)), spec(make("other", n))), size)


def test_diff_of_rows_and_fields_of_one_name() -> None:
    """Each row fits each field, so the number of uses is limited."""
    rows = "".join(f"      - {{local: a{i}, remote: id, type: string}}\n" for i in range(500))
    paths = (".".join("data" if bit == "0" else "list" for bit in f"{i:010b}") for i in range(800))
    envelopes = "".join(f"        {path}: {{id: x}}\n" for path in paths)
    one = spec(MAPPING.format(name="Thing") + rows + BODY + envelopes)
    assert duration(lambda: replace(one).field_uses) < 2
    assert len(one.field_uses) <= 200_000


def test_diff_of_long_paths_in_examples() -> None:
    """What is inside very long paths is compared as a whole, and in bounded memory."""
    nested = "".join(f"{' ' * (8 + i)}{'k' * 250}:\n" for i in range(20))
    texts = [BODY + nested + f"{' ' * 30}{{{', '.join(f'{name}{i}: 1' for i in range(500))}}}\n" for name in ("a", "b")]
    old, new = map(spec, texts)
    snapshots = Snapshots(Catalog((old,)), Catalog((new,)), SCHEMA, date(2026, 1, 10))
    tracemalloc.start()
    found = compare_specs(snapshots, old, new)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [change.pointer for change in found] == ["endpoints[GET /a].response.example"]
    assert peak < 4 << 20


@pytest.mark.parametrize("pattern", ["/specs/" + "*a" * 40 + "*b", "/" + "**/" * 40 + "b", "*" * 40 + "b"])
def test_a_hostile_pattern_of_code_owners(pattern: str) -> None:
    line = OwnerLine(1, pattern, ())
    assert duration(lambda: line.matches(f"specs/{'a' * 80}/{'a/' * 40}a.yaml")) < 0.1
    assert not line.matches(f"specs/{'a' * 80}")


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.yaml", "specs/a/b.yaml", True),
        ("specs/*", "specs/a/b.yaml", False),
        ("specs/", "specs/a/b.yaml", True),
        ("specs/", "specs", False),
        ("**/a/**", "specs/a/b.yaml", True),
        ("**/a/**", "specs/a", False),
        ("/a", "specs/a", False),
        ("specs/**/b.yaml", "specs/b.yaml", True),
        ("specs/[ab].yaml", "specs/a.yaml", False),
        ("specs/?.yaml", "specs/a.yaml", True),
        ("specs/**/", "specs/a.yaml", False),
    ],
)
def test_patterns_of_code_owners(pattern: str, path: str, expected: bool) -> None:
    assert OwnerLine(1, pattern, ()).matches(path) == expected


def test_a_hostile_host_of_a_contract() -> None:
    document = {"openapi": "3.1.0", "servers": [{"url": "https://" + "{a}a" * 40 + ".b"}, {"url": "https://{x}.a.c"}]}
    contract = read_contract(Resolver(load_raw_text(json.dumps(document), "c.json", VENDOR)))
    assert duration(lambda: contract.has_host("a" * 80)) < 0.1
    assert [contract.has_host(host) for host in ("a" * 80, "b.a.c", ".a.c", "b.a.d")] == [False, True, False, False]


def test_many_rows_that_occur_in_no_example() -> None:
    rows = "".join(f"      - {{local: a{n}, remote: b{n}}}\n" for n in range(190))
    text = DRAFT + "data_mapping:\n" + f"  - local_entity: A\n    remote_object: B\n    fields:\n{rows}" * 10
    names = ", ".join(f"c{n}: 1" for n in range(1_000))
    text += f"endpoints:\n  - {{method: POST, path: /a, request: {{example: {{{names}}}}}}}\n"
    document = load_text(text, "specs/a.yaml")
    spec = Spec("a", "specs/a.yaml", document.data, document)
    found = list(mapping.check(None, spec))  # type: ignore[arg-type]  # it needs no context
    assert len(found) == 1_900
    assert duration(lambda: list(mapping.check(None, spec))) < 1.5  # type: ignore[arg-type]
