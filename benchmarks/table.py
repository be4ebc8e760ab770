"""The figures as one Markdown table: each with its bound, and a mark where it misses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `bound` is the most it may be; None for what is missed and not judged. `value` is None when it could
    not be measured, and then `note` says why."""

    figure: str
    value: float | None
    bound: float | None = None
    unit: str = ""
    note: str = ""

    @property
    def misses(self) -> bool:
        """Whether the figure is worse than its bound, or is not there at all."""
        return self.bound is not None and (self.value is None or self.value > self.bound)


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| figure | bound | measured | holds | how |", "|---|---|---|---|---|"]
    for row in rows:
        bound = "–" if row.bound is None else f"≤ {row.bound:g}{row.unit}"
        value = "not measured" if row.value is None else f"{_digits(row.value)}{row.unit}"
        holds = "–" if row.bound is None else "**MISSES**" if row.misses else "yes"
        lines.append(f"| {row.figure} | {bound} | {value} | {holds} | {row.note} |")
    return "\n".join(lines) + "\n"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"


def report(rows: list[Row], machine: str, versions: Mapping[str, str], sizes: str, explained: str) -> str:
    """The whole of RESULTS.md. `explained` is what people wrote about rows that miss: kept from run to run."""
    missing = [row for row in rows if row.misses]
    missed = f"{len(missing)} of {sum(row.bound is not None for row in rows)} bounds are missed." if missing else ""
    listed = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return (
        "# What it costs\n\n"
        "Written by `make bench` or a part of it (`python -m benchmarks --only PART`). Whole processes; the two of a ratio run in turn, and the median of the pairs' ratios of wall time\n"
        "counts. Each site compared shows the same pages, endpoints, rows of mapped fields and examples; the command fails otherwise.\n\n"
        f"{table(rows)}\n{missed or 'Every bound holds.'}\n\n{sizes}\n\nMachine: {machine}\n\nVersions: {listed}\n\n"
        f"{HEADING}\n\n{explained.strip()}\n"
    )


HEADING = "## Rows that miss, and what was tried"
