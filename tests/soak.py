"""`python tests/soak.py [--count N]`: run the tests that take long, and write what they measured to `docs/reliability.md`.

`make soak` runs it, in at most forty minutes on two cores. The page says for which commit, on which day and with how many
inputs the results are.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "reliability.md"
START, END = "<!-- results of make soak -->\n", "<!-- end of the results -->\n"
FUZZ_SECONDS, TEST_SECONDS = 20 * 60, 18 * 60
CHUNK = 5_000
MEASURES = {
    "hostile": ("hostile files", "0 tracebacks, each at most 0.25 s", 71, 0.25, "s"),
    "hostile-mib": ("hostile files of 1 MiB, read", "each at most 0.25 s of processor time", 8, 0.25, "s"),
    "hostile-memory": ("the same: memory", "each at most 64 MB", 8, 64, "MB"),
    "check-mib": ("the same: `check`", "each at most 1 s of processor time", 8, 1, "s"),
    "check-memory": ("the same: memory of `check`", "each at most 128 MB", 8, 128, "MB"),
    "suite": ("documents of the YAML test suite", "402, accepted data equal but for 2 that are listed", 402, 0, ""),
    "located": ("faulty files with the expected line and column", "all of at least 180", 180, 0, ""),
    "payloads": ("payloads in 7 places of a page", "0 of at least 2,870 run as script", 2870, 0, ""),
    "control": ("payloads that run without escaping", "at least 80", 80, 0, ""),
    "policy": ("pages without requests to other hosts and violations of the policy", "all of at least 400", 400, 0, ""),
    "axe": ("pages without accessibility violations, in both color schemes", "all of at least 50", 50, 0, ""),
    "edits": ("bad edits in `serve`: slowest", "90 of 90 shown, each in at most 2 s", 90, 2, "s"),
    "edits-median": ("bad edits in `serve`: median", "at most 1.2 s", 90, 1.2, "s"),
    "kills": ("killed writers without loss", "all of at least 500", 500, 0, ""),
    "disks": ("full disks without loss", "all of at least 50", 50, 0, ""),
    "faults": ("failing file operations without loss or traceback", "all of at least 500", 500, 0, ""),
    "environments": ("environments with the same bytes", "8", 8, 0, ""),
    "secrets": ("secrets, 3 rounds: missed", "at most 5 % of at least 600", 600, 5, "%"),
    "harmless": ("harmless texts without a false alarm", "all of at least 420", 420, 0, ""),
}
"""By the name that a test records with the fixture `measured`: what is counted, its target, and the target as numbers: the least
count, the highest value and the unit of the value. The tests themselves fail on a single loss, script or false alarm."""


def fuzz_chunk(name: str, number: int, count: int, end: float) -> tuple[str, int, list[str], int, float]:
    """Return what became of some inputs of a target: its name, inputs, failed inputs, slow inputs, seconds of the slowest."""
    sys.path.insert(0, str(HERE))
    from fuzz.many import many

    dice = random.Random(f"{name} {number}")  # noqa: S311 (to repeat a run, not to keep a secret)
    tried = many(import_module(f"fuzz.targets.{name}"), dice, count, max(end - time.time(), 0))
    return name, tried.inputs, [repr(text) for text, _ in tried.failed], len(tried.slow), tried.worst


def fuzz(count: int) -> tuple[list[str], bool]:
    """Return a row for each fuzz target, and whether all inputs passed."""
    end = time.time() + FUZZ_SECONDS
    names = [module.name for module in iter_modules([str(HERE / "fuzz" / "targets")])]
    jobs = [
        (name, part, min(CHUNK, count - start)) for part, start in enumerate(range(0, count, CHUNK)) for name in names
    ]
    rows, passed = [], True
    with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        done = [each.result() for each in [pool.submit(fuzz_chunk, *job, end) for job in jobs]]
    for name in names:
        own = [each for each in done if each[0] == name]
        failed = [text for each in own for text in each[2]]
        inputs, slow, worst = sum(each[1] for each in own), sum(each[3] for each in own), max(each[4] for each in own)
        fits = not failed and not slow and inputs == count
        passed &= fits
        sys.stdout.writelines(f"{name} failed on {text}\n" for text in failed[:20])
        row = f"| fuzz target `{name}` | {inputs:,} | {len(failed)} | {slow} | {worst * 1000:.1f} ms |"
        rows.append(row if fits else _as_missed(row))
    return rows, passed


def tests(arguments: list[str]) -> tuple[list[str], bool]:
    """Return a row for each measure of the tests with the marks `soak` and `measured`, and whether all passed."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-m", "soak or measured", "-n", str(os.cpu_count() or 1)]
        command += ["-o", "faulthandler_timeout=1000", f"--junitxml={report}", *arguments]
        try:
            status = subprocess.run(command, cwd=HERE.parent, check=False, timeout=TEST_SECONDS).returncode
        except subprocess.TimeoutExpired:
            return [f"| tests: more than {TEST_SECONDS // 60} minutes | | | |"], False
        cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 (our own file)
    failed = [
        str(case.get("name")) for case in cases if case.find("failure") is not None or case.find("error") is not None
    ]
    found = [value for case in cases for value in _recorded(case)]
    rows, missed = measure_rows(found)
    if arguments:  # a part of the tests: only what it measured counts
        missed &= {name for name, _, _ in found}
    rows.append(f"| tests, of which failed | 0 | {len(cases):,}, {len(failed)} {' '.join(failed[:10])} | |")
    return rows, status == 0 and not missed


def measure_rows(found: list[tuple[str, int, float]]) -> tuple[list[str], set[str]]:
    """Return a row for each measure, and the names of those that miss their target; `found` has name, count and value."""
    rows, missed = [], set()
    for name, (what, target, least, most, unit) in MEASURES.items():
        own = [(count, value) for each, count, value in found if each == name]
        count, value = sum(each for each, _ in own), max((each for _, each in own), default=0)
        row = f"| {what} | {target} | {f'{count:,}' if own else 'not run'} | {f'{value:.3g} {unit}' if own and unit else ''} |"
        if count < least or value > most:
            missed.add(name)
            row = _as_missed(row)
        rows.append(row)
    return rows, missed


def _as_missed(row: str) -> str:
    return f"| **missed:** {row.removeprefix('| ')}"


def _recorded(case: ElementTree.Element) -> Iterator[tuple[str, int, float]]:
    """Yield the name, count and worst value of each measure that a test recorded."""
    for each in case.iter("property"):
        kind, _, name = str(each.get("name")).partition(":")
        if kind == "measure":
            count, worst = str(each.get("value")).split()
            yield name, int(count), float(worst)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, help="inputs for each fuzz target")
    parser.add_argument("--only-fuzz", action="store_true")
    parser.add_argument("arguments", nargs="*", help="arguments for pytest")
    options = parser.parse_args()
    start = time.monotonic()
    rows, passed = fuzz(options.count)
    measures, also_passed = ([], True) if options.only_fuzz else tests(options.arguments)
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=HERE, capture_output=True, text=True, check=True
    )
    result = "passed" if passed and also_passed else "FAILED"
    minutes = (time.monotonic() - start) / 60
    version, name = sys.version.split()[0], commit.stdout.strip()
    table = [
        f"Run on {time.strftime('%Y-%m-%d')}, commit `{name}`, Python {version}, {minutes:.0f} minutes: {result}.\n",
        "| run | inputs | failures | over 50 ms | slowest input |",
        "| --- | --- | --- | --- | --- |",
        *rows,
    ]
    if measures:
        table += ["", "| measure | target | counted | worst |", "| --- | --- | --- | --- |", *measures]
    text = PAGE.read_text(encoding="utf-8")
    results = START + "\n" + "\n".join(table) + "\n\n" + END
    PAGE.write_text(re.sub(rf"{START}.*{END}", lambda _: results, text, flags=re.DOTALL), encoding="utf-8")
    sys.stdout.write("\n".join(table) + "\n")
    return 0 if passed and also_passed else 1


if __name__ == "__main__":
    sys.exit(main())
