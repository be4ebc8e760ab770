"""One HTML page that contains everything it needs and makes no request."""

from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, PackageLoader, select_autoescape

from integration_specs.diff.descriptions import count_text, impact_text, sentence
from integration_specs.diff.repeated_changes import repeated_changes
from integration_specs.text.display import one_line, plural

from . import CheckReport, DiffReport, acceptance, count_line, summary_lines


def check(report: CheckReport | DiffReport) -> Iterator[str]:
    """Yield the page, rendered from `report.html.j2`."""
    compared, result = summary_lines(report)
    template = environment().get_template("report.html.j2")
    yield template.render(report=report, compared=compared, result=result, is_diff=isinstance(report, DiffReport))


diff = check


@cache
def environment() -> Environment:
    """Return the environment of the templates in this folder."""
    found = Environment(
        loader=PackageLoader("integration_specs", "reports"),
        autoescape=select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["line"] = one_line
    found.globals.update(
        acceptance=acceptance,
        count_line=count_line,
        count_text=count_text,
        impact_text=impact_text,
        plural=plural,
        repeated_changes=repeated_changes,
        sentence=sentence,
    )
    return found
