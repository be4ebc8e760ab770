"""JUnit XML for CI servers that show tests: one test case for each finding or change."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from integration_specs.text.display import one_line, printable

from . import CheckReport, DiffReport, Entry, entries, summary_lines


def check(report: CheckReport | DiffReport) -> Iterator[str]:
    """Yield a suite in which errors, breaking changes and specs that were not compared are failed cases."""
    found = list(entries(report))
    command = "diff" if isinstance(report, DiffReport) else "check"
    compared, result = summary_lines(report)
    counts = {
        "tests": str(max(len(found), 1)),
        "failures": str(sum(entry.severity == "error" for entry in found)),
    }
    root = ET.Element("testsuites", counts)
    suite = ET.SubElement(root, "testsuite", counts, name=f"integration-specs {command}", errors="0", skipped="0")
    properties = ET.SubElement(suite, "properties")
    ET.SubElement(properties, "property", name="checked", value=one_line(compared, 600))
    for entry in found:
        _add_case(suite, entry)
    if not found:
        ET.SubElement(suite, "testcase", classname="specs", name=one_line(result, 600))
    ET.indent(root)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


diff = check


def _add_case(suite: ET.Element, entry: Entry) -> None:
    name = one_line(f"{entry.rule}: {entry.message}", 600)
    case = ET.SubElement(suite, "testcase", classname=one_line(entry.spec or entry.file, 600), name=name)
    if entry.severity == "error":
        details = ET.SubElement(case, "failure", type=entry.level, message=name)
    else:
        details = ET.SubElement(case, "system-out")
    facts = (entry.place, ", ".join(entry.concerns), entry.detail)
    details.text = "\n".join(printable(fact, 2000) for fact in facts if fact)
