"""How far a draft is: its open questions, and the sections that are not written yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from integration_specs.text.display import plural
from integration_specs.text.messages import Message, joined
from integration_specs.validation.schema import SpecSchema

from .spec import Spec


@dataclass(frozen=True, slots=True)
class DraftProgress:
    """The number of open questions, and the numbers of the sections that are missing or empty."""

    open_questions: int
    missing_sections: tuple[int, ...]

    @property
    def ranges(self) -> str:
        """The missing sections as `2, 4–10`."""
        return ", ".join(
            f"{first}–{last}" if last > first else str(first) for first, last in _runs(self.missing_sections)
        )

    @property
    def text(self) -> str:
        """Return the progress for messages."""
        questions = plural(self.open_questions, "open question") if self.open_questions else ""
        sections = ""
        if self.missing_sections:
            several, ranges = len(self.missing_sections) > 1, self.ranges
            sections = (
                Message("sections {numbers} not written", numbers=ranges)
                if several
                else Message("section {numbers} not written", numbers=ranges)
            )
        return joined("{first}; {second}", filter(None, (questions, sections))) or Message("complete")


def draft_progress(spec: Spec, schema: SpecSchema) -> DraftProgress:
    """Return the progress of a spec."""
    missing = (number for number, field in enumerate(schema.sections, 1) if not _is_written(spec, field.name))
    return DraftProgress(len(spec.unknowns), tuple(missing))


def _is_written(spec: Spec, name: str) -> bool:
    """Return whether a section has content; an empty list means that there is none on purpose."""
    value = spec.data.get(name)
    return isinstance(value, list) or bool(value)


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs
