"""`python -m benchmarks`: measure, compare, and write docs/performance.md. `--quick` measures fewer specs and writes nothing."""

import argparse
import math
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median

from . import browser_search, generate, large_openapi, live_reload, projects
from .measure import Failed, Run, in_turn, middle, ratio, run
from .table import HEADING, Row, report
from .tools import ROOT, Tools, install

RESULTS = ROOT / "docs" / "performance.md"
SCHEMA = ROOT / "schema" / "integration-spec.schema.json"
OWN = Path(sys.executable).parent
MKDOCS: list[str | Path] = [OWN / "mkdocs", "build", "--quiet"]
CHECK: list[str | Path] = [OWN / "integration-specs", "check"]


class Bench:
    """One run: a folder with the projects, made when first asked for, and the sizes of it all."""

    def __init__(self, folder: Path, tools: Tools, small: int, many: int, most: int) -> None:
        self.folder, self.tools = folder, tools
        self.small, self.many, self.most = small, many, most

    def project(self, name: str, make: Callable[[Path], Path]) -> Path:
        """The project `name`, made unless it is there."""
        folder = self.folder / name
        if not folder.exists():
            folder.mkdir()
            make(folder)
        return folder

    def ours(self, count: int) -> Path:
        """Our project of so many specs."""
        return self.project(f"ours-{count}", lambda folder: projects.ours(folder, count))

    def cold(self, count: int) -> Run:
        """A full build of ours, without a site of an earlier one."""
        folder = self.ours(count)
        _set_aside(folder / "site")
        return run(MKDOCS, folder)

    def against(self, build: Callable[[], Run], site: Path, count: int, most: int, budget: float) -> tuple[float, str]:
        """Our full build by somebody else's, after the proof that both show the same."""
        pairs = in_turn(lambda: self.cold(count), build, most, budget)
        wanted = projects.expected(count)
        for shows in (self.ours(count) / "site", site):
            if (seen := projects.shown(shows, count)) != wanted:
                raise Failed(f"{shows.parent.name} shows {seen}, expected {wanted}")
        ours, other = middle([first for first, _ in pairs]), middle([second for _, second in pairs])
        return ratio(pairs), f"{count:,} specs: {ours:.1f} s, {other:.1f} s; {_pairs(len(pairs))}"


def _set_aside(site: Path) -> None:
    """Rename the output of an earlier build. After a deletion, file systems need seconds to create the same files again."""
    if site.exists():
        site.rename(site.parent.with_name(f"old-{time.monotonic_ns()}"))


def _pairs(number: int) -> str:
    return "1 pair" if number == 1 else f"{number} pairs"


def builds(bench: Bench) -> Iterator[Row]:
    """Full builds against other generators."""
    tools, many, small = bench.tools, bench.many, bench.small

    def row(title: str, bound: float | None, name: str, make: Callable[[Path], Path], command: list[str | Path],
            site: str = "site", count: int = many, most: int = 1, budget: float = 100) -> Row:  # fmt: skip
        try:
            folder = bench.project(f"{name}-{count}", make)

            def build() -> Run:
                _set_aside(folder / site)
                return run(command, folder)

            value, note = bench.against(build, folder / site, count, most, budget)
        except (Failed, KeyError) as error:
            return Row(title, None, bound, note=_why(error))
        return Row(title, value, bound, note=note)

    mkdocs: list[str | Path] = [tools.paths.get("mkdocs", "mkdocs"), "build", "--quiet"]
    hugo: list[str | Path] = [tools.paths.get("hugo", "hugo"), "--quiet"]
    site = projects.markdown_site
    yield row(
        "full build ÷ Hugo on the same data",
        1.5,
        "hugo",
        lambda f: projects.hugo_site(f, many),
        hugo,
        "public",
        most=5,
        budget=120,
    )
    yield row(
        "full build ÷ MkDocs + Material, the pages as Markdown",
        0.15,
        "listed",
        lambda f: site(f, many, listed=True),
        mkdocs,
    )
    yield row(
        "the same, those pages not in the navigation",
        None,
        "unlisted",
        lambda f: site(f, many, listed=False),
        mkdocs,
    )
    node = tools.node_modules
    eleventy: list[str | Path] = [tools.paths.get("eleventy", "eleventy"), "--quiet"]
    yield row(
        "full build ÷ Eleventy (small template, nothing coloured)",
        None,
        "eleventy",
        lambda f: projects.eleventy_site(f, many, node),
        eleventy,
        most=3,
        budget=60,
    )
    yield row(
        "full build ÷ Zensical on that Markdown",
        0.4,
        "zensical",
        lambda f: site(f, many, listed=False),
        [tools.paths.get("zensical", "zensical"), "build"],
    )
    yield row(
        "full build ÷ MkDocs + Material + gen-files",
        0.35,
        "generated",
        lambda f: projects.generated_site(f, small),
        mkdocs,
        count=small,
        most=3,
        budget=60,
    )


def serving(bench: Bench) -> Iterator[Row]:
    """Saves while a server runs."""
    for count, bound in ((bench.small, 1.0), (bench.many, 2.0)):
        title = f"`mkdocs serve`: save of one spec of {count:,} → its page over HTTP"
        try:
            yield Row(title, live_reload.seconds_to_page(bench.ours(count)), bound, " s", "median of 5 saves")
        except Failed as error:
            yield Row(title, None, bound, " s", _why(error))


def checks(bench: Bench) -> Iterator[Row]:
    """`check` against validators that look at the shape alone, of generated specs and of copies of the shipped ones."""
    copies = bench.project("shipped", lambda folder: projects.shipped(folder, bench.small))
    generated, tools = bench.ours(bench.many), bench.tools
    ajv: list[str | Path] = [tools.paths.get("ajv", "ajv"), "validate", "--spec=draft2020", "--strict=false"]
    ajv += ["--validate-formats=false", "--all-errors", "-s", SCHEMA, "-d", "specs/system-*.yaml"]
    other: list[str | Path] = [tools.paths.get("check-jsonschema", "check-jsonschema"), "--schemafile", SCHEMA]
    for title, folder, command, bound, most in (
        ("`check` ÷ ajv-cli", generated, ajv, 1.5, 7),
        ("`check` ÷ check-jsonschema", generated, [*other, *_specs(generated)], 0.03, 1),
        ("`check` ÷ check-jsonschema, copies of the shipped specs", copies, [*other, *_specs(copies)], 0.03, 1),
    ):
        try:
            ours = partial(run, CHECK, folder, codes=(0, 1))
            pairs = in_turn(ours, partial(run, command, folder, codes=(0, 1)), most, 60)
        except (Failed, OSError) as error:
            yield Row(title, None, bound, note=_why(error))
            continue
        first, second = middle([each for each, _ in pairs]), middle([each for _, each in pairs])
        note = f"{len(_specs(folder)):,} specs: {first:.2f} s, {second:.2f} s; {_pairs(len(pairs))}"
        yield Row(title, ratio(pairs), bound, note=note)


def _specs(folder: Path) -> list[Path]:
    return [each for each in sorted((folder / "specs").glob("*.yaml")) if each.stem != "owners"]


def shipped(bench: Bench) -> Iterator[Row]:
    """Copies of this repository's specs, which are longer and less regular than the generated ones."""
    ours, generated = bench.project("shipped", lambda f: projects.shipped(f, bench.small)), bench.ours(bench.small)
    megabytes = [sum(path.stat().st_size for path in (f / "specs").glob("*.yaml")) / 1e6 for f in (ours, generated)]
    for title, command in (("check", CHECK), ("build", MKDOCS)):
        seconds = []
        for folder in (ours, generated):
            _set_aside(folder / "site")
            seconds.append(run(command, folder, codes=(0, 1)).cpu)
        note = f"{bench.small} specs: {seconds[0]:.1f} s for {megabytes[0]:.1f} MB, {seconds[1]:.1f} s for {megabytes[1]:.1f} MB"
        value = seconds[0] / megabytes[0] / (seconds[1] / megabytes[1])
        yield Row(f"{title}: processor time per MB, shipped specs ÷ generated ones", value, None, note=note)


def growth(bench: Bench) -> Iterator[Row]:
    """From a tenth to all: the exponent of processor time, and the most memory."""
    tenth = bench.most // 10
    times = math.log(bench.most / tenth)
    rows = []
    for title, bound, measure in (
        ("building", 500, bench.cold),
        ("checking", 150, lambda count: run(CHECK, bench.ours(count))),
    ):
        less = median(measure(tenth).cpu for _ in range(3))
        more = measure(bench.most)
        exponent = math.log(more.cpu / less) / times
        note = f"{less:.1f} s, {more.cpu:.1f} s of processor time"
        yield Row(f"growth from {tenth:,} to {bench.most:,} specs, {title}: exponent", exponent, 1.05, note=note)
        rows.append(Row(f"memory, {title} {bench.most:,} specs", more.peak, bound, " MB", "all processes together"))
    yield from rows
    page = Path("site", "system-00001", "index.html")
    bench.cold(bench.small)
    sizes = [(bench.ours(count) / page).stat().st_size for count in (bench.small, bench.most)]
    note = f"bytes of one page in sites of {bench.small:,} and {bench.most:,} specs: {sizes[0]:,}, {sizes[1]:,}"
    yield Row("HTML of a spec's page besides its content: growth", sizes[1] / sizes[0], 1.0, note=note)


def commands(bench: Bench) -> Iterator[Row]:
    """Start-up, diff and import."""
    folder = bench.folder
    pairs = in_turn(
        lambda: run([*CHECK[:1], "--help"], folder),
        lambda: run([sys.executable, "-c", "pass"], folder),
        21,
        30,
    )
    yield Row("`--help` ÷ `python -c pass`", ratio(pairs), 5, note=_pairs(len(pairs)))
    after = bench.project("after", lambda f: projects.ours(f, bench.many))
    for number in range(10):
        path = after / "specs" / f"system-{number:05}.yaml"
        text = path.read_text(encoding="utf-8").replace("timeout: 10s", "timeout: 20s", 1)
        path.write_text(text, encoding="utf-8")
    before = bench.ours(bench.many)
    diff: list[str | Path] = [
        OWN / "integration-specs",
        "diff",
        before / "specs",
        after / "specs",
        "--fail-on",
        "never",
    ]
    pairs = in_turn(lambda: run(diff, after), lambda: run(CHECK, before), 5, 60)
    note = f"{bench.many:,} specs, ten changed; {_pairs(len(pairs))}"
    yield Row("`diff` of two folders ÷ `check`", ratio(pairs), 2.0, note=note)
    document = folder / "openapi.json"
    size = large_openapi.write_openapi(document, 3_000_000)
    target = folder / "imported.yaml"
    try:
        command: list[str | Path] = [
            OWN / "integration-specs",
            "import",
            "openapi",
            document,
            "--all",
            "--output",
            target,
        ]
        done = run(command, before, codes=(0, 1))
        yield Row(
            "import of a large OpenAPI document",
            done.wall,
            5,
            " s",
            f"{size / 1e6:.1f} MB; {done.peak:,.0f} MB of memory",
        )
    except Failed as error:
        yield Row("import of a large OpenAPI document", None, 5, " s", _why(error))


def searching(bench: Bench) -> Iterator[Row]:
    """The first search in a browser, in the largest site."""
    site = bench.ours(bench.most) / "site"
    if not site.is_dir():
        bench.cold(bench.most)
    title = f"first search in Chromium, {bench.most:,} specs"
    try:
        yield Row(
            title,
            browser_search.seconds_to_first_result(site, "system 1"),
            2,
            " s",
            "from the first letter to a result",
        )
    except Failed as error:
        yield Row(title, None, 2, " s", _why(error))


def _why(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__


def _rows_of(name: str, part: Callable[[Bench], Iterator[Row]], bench: Bench) -> Iterator[Row]:
    """Yield the rows of a part; one that fails costs the others nothing."""
    start = time.monotonic()
    try:
        yield from part(bench)
    except (Failed, OSError, ValueError, LookupError) as error:
        yield Row(f"{name}: could not be measured", None, 0, note=_why(error))
    print(f"        {name}: {time.monotonic() - start:.0f} s", flush=True)


def main() -> int:
    """Returns 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer specs; nothing is written")
    parser.add_argument("--only", metavar="PART", nargs="+", help="these parts alone, in this order")
    parser.add_argument(
        "--write", action="store_true", help="write docs/performance.md after each row, also with --only"
    )
    chosen = parser.parse_args()
    parts = {
        "builds": builds,
        "serving": serving,
        "checks": checks,
        "shipped": shipped,
        "growth": growth,
        "searching": searching,
        "commands": commands,
    }
    if not parts.keys() >= set(chosen.only or ()):
        parser.error(f"--only takes some of {', '.join(parts)}")
    chosen_parts = [(name, parts[name]) for name in chosen.only or parts]
    tools = install()
    counts = (20, 60, 120) if chosen.quick else (100, 1_000, 3_000)
    rows: list[Row] = []
    versions = tools.versions | {"python": platform.python_version()}
    versions |= {f"ours: {name}": version(name) for name in ("mkdocs", "mkdocs-material", "pyyaml", "jsonschema-rs")}
    kept = RESULTS.read_text(encoding="utf-8").partition(HEADING)[2] if RESULTS.exists() else ""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    mean = sum(len(projects.yaml_text(generate.spec(each)).encode()) for each in range(100)) / 100
    sizes = f"A spec of the benchmarks has {mean / 1000:.1f} KB of YAML on average."
    text = ""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(Path(folder), tools, *counts)
        for name, part in chosen_parts:
            for row in _rows_of(name, part, bench):
                print(f"{'MISSES' if row.misses else '      '} {row.figure}: {row.value} {row.note}", flush=True)
                rows.append(row)
                text = report(rows, machine, versions, sizes, kept)
                if chosen.write:
                    RESULTS.write_text(text, encoding="utf-8")
    if not chosen.quick and not chosen.only:
        RESULTS.write_text(text, encoding="utf-8")
    print(f"\n{text}")
    return int(any(row.misses for row in rows))


if __name__ == "__main__":
    sys.exit(main())
