"""`python tests/soak.py [--count N]`: run the tests that take long, and write their results to `docs/reliability.md`.

`make soak` runs it. The page says for which commit, on which day, and with how many inputs the results are.
"""

import argparse
import random
import re
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "reliability.md"
START, END = "<!-- results of make soak -->\n", "<!-- end of the results -->\n"


def fuzz(count: int) -> tuple[list[str], bool]:
    """Return a row for each fuzz target, and whether all inputs passed."""
    from fuzz.many import many

    rows, passed = [], True
    for module in iter_modules([str(HERE / "fuzz" / "targets")]):
        target = import_module(f"fuzz.targets.{module.name}")
        dice = random.Random(0)  # noqa: S311 (to repeat a run, not to keep a secret)
        start = time.monotonic()
        tried = many(target, dice, count, float("inf"))
        passed &= not tried.failed and not tried.slow
        seconds = time.monotonic() - start
        rows.append(
            f"| fuzz target `{module.name}` | {tried.inputs:,} | {len(tried.failed)} | {len(tried.slow)} | "
            f"{tried.worst * 1000:.1f} ms | {seconds:.0f} s |"
        )
    return rows, passed


def tests(arguments: list[str]) -> tuple[list[str], bool]:
    """Return a row for each test with the mark `soak`, and whether all passed."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-m",
            "soak",
            "-o",
            "faulthandler_timeout=1200",
            f"--junitxml={report}",
        ]
        status = subprocess.run([*command, *arguments], cwd=HERE.parent, check=False).returncode
        cases = ElementTree.parse(report).iter("testcase") if report.exists() else ()  # noqa: S314 (our own file)
        rows = [
            f"| `{case.get('name')}` | 1 | {len(case.findall('failure') + case.findall('error'))} | | | {float(case.get('time', 0)):.0f} s |"
            for case in cases
        ]
    return rows, status == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, help="inputs for each fuzz target")
    parser.add_argument("--only-fuzz", action="store_true")
    parser.add_argument("arguments", nargs="*", help="arguments for pytest")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE))
    rows, passed = fuzz(options.count)
    if not options.only_fuzz:
        more, also_passed = tests(options.arguments)
        rows, passed = rows + more, passed and also_passed
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=HERE, capture_output=True, text=True, check=True
    )
    table = [
        f"Run on {time.strftime('%Y-%m-%d')}, commit `{commit.stdout.strip()}`, Python {sys.version.split()[0]}.\n",
        "| run | inputs | failures | over 50 ms | slowest input | duration |",
        "| --- | --- | --- | --- | --- | --- |",
        *rows,
    ]
    text = PAGE.read_text(encoding="utf-8")
    results = START + "\n" + "\n".join(table) + "\n\n" + END
    PAGE.write_text(re.sub(rf"{START}.*{END}", lambda _: results, text, flags=re.DOTALL), encoding="utf-8")
    sys.stdout.write("\n".join(table) + "\n")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
