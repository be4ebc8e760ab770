"""Lines for CODEOWNERS: who must approve a change to a spec."""

from dataclasses import replace

from integration_specs.model.codeowners import computed_lines

from . import ExportJob

BEGIN = "# integration-specs: begin (written by `integration-specs export codeowners --write`)"
END = "# integration-specs: end"


def export(job: ExportJob) -> dict[str, str]:
    """Return the lines of all specs of this repository between their markers, whatever specs are requested."""
    own = tuple(
        spec for spec in job.catalog.specs if not ((each := job.settings.source_of(spec.file)) and each.repository)
    )
    return {
        "CODEOWNERS": "".join(f"{line}\n" for line in (BEGIN, *computed_lines(replace(job.catalog, specs=own)), END))
    }


def merge(text: str, block: str) -> str:
    """Return a CODEOWNERS file with our lines between the markers, or at the end, where they take precedence.

    Everything else stays unchanged. Without an end marker, our lines end at the next blank line.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    block = block.replace("\n", ending)
    lines = text.splitlines(keepends=True)
    start = next((index for index, line in enumerate(lines) if line.startswith("# integration-specs: begin")), None)
    if start is None:
        gap = "" if not text else ending if text.endswith("\n") else ending * 2
        return text + gap + block
    end = next((index for index in range(start, len(lines)) if lines[index].rstrip() == END), None)
    if end is None:
        end = next((index for index in range(start, len(lines)) if not lines[index].strip()), len(lines)) - 1
    return "".join(lines[:start]) + block + "".join(lines[end + 1 :])
