"""The figures as a Markdown table, each with its bound and a mark if it misses it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `bound` is its maximum, None if there is none. `value` is None if it was not measured; `note` says why."""

    figure: str
    value: float | None
    bound: float | None = None
    unit: str = ""
    note: str = ""

    @property
    def misses(self) -> bool:
        """Whether the figure is above its bound or was not measured."""
        return self.bound is not None and (self.value is None or self.value > self.bound)


def table(rows: Iterable[Row]) -> str:
    """Return the rows as Markdown."""
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
    """Return docs/performance.md. `explained` is the text after `HEADING`, which is written by hand."""
    missing = [row for row in rows if row.misses]
    missed = f"{len(missing)} of {sum(row.bound is not None for row in rows)} bounds are missed." if missing else ""
    listed = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return (
        "# Performance\n\n"
        "`make bench` writes this table; `python -m benchmarks --only PART` measures a part. A ratio is the median of the wall times of two\n"
        "processes that run in turn. All sites show the same pages, endpoints, mapped fields and examples.\n\n"
        f"{table(rows)}\n{missed or 'Every bound holds.'}\n\n{sizes}\n\nMachine: {machine}\n\nVersions: {listed}\n\n"
        f"{HEADING}\n\n{explained.strip()}\n"
    )


HEADING = "## What limits the missed bounds"
