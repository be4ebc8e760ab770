"""How far a draft is: its open questions, and the sections that are not written yet."""

from dataclasses import dataclass
from itertools import groupby

from integration_specs.text.display import plural
from integration_specs.text.messages import Message, gettext_noop, joined
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
        runs = groupby(enumerate(self.missing_sections), lambda pair: pair[1] - pair[0])
        listed = ([number for _, number in run] for _, run in runs)
        return ", ".join(f"{first}–{rest[-1]}" if rest else str(first) for first, *rest in listed)

    @property
    def text(self) -> str:
        """Return the progress for messages."""
        questions = plural(self.open_questions, "open question") if self.open_questions else ""
        sections = ""
        if self.missing_sections:
            several = len(self.missing_sections) > 1
            one, more = gettext_noop("section {numbers} not written"), gettext_noop("sections {numbers} not written")
            sections = Message(more if several else one, numbers=self.ranges)
        return joined("{first}; {second}", filter(None, (questions, sections))) or Message("complete")


def draft_progress(spec: Spec, schema: SpecSchema) -> DraftProgress:
    """Return the progress of a spec."""
    values = enumerate((spec.data.get(field.name) for field in schema.sections), 1)
    # An empty list means that there is none on purpose.
    missing = (number for number, value in values if not value and not isinstance(value, list))
    return DraftProgress(len(spec.open_questions), tuple(missing))
