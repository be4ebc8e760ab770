"""Check the meaning of specs that have errors, as far as it does not depend on them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from integration_specs.checks import CheckContext
from integration_specs.documents.pointers import value_at
from integration_specs.findings import Finding, Span
from integration_specs.findings.internal_errors import best_effort
from integration_specs.model import Spec
from integration_specs.validation.schema import Pointer
from integration_specs.validation.valid_part import ValidPart


@dataclass(frozen=True, kw_only=True)
class PartialSpec(Spec):
    """The valid part of a spec with errors. Its pointers lead into that part."""

    part: ValidPart

    def span(self, pointer: Pointer, *, key: bool = False) -> Span:
        """Return where a value of the valid part is in the file."""
        return super().span(self.part.original(pointer), key=key)

    def line(self, pointer: Pointer) -> int:
        """Return the line of a key or list item of the valid part."""
        return self.span(pointer, key=True).line

    def original(self, finding: Finding) -> Finding:
        """Return a finding with its pointer into the file."""
        return replace(finding, pointer=self.part.original(finding.pointer))

    def is_consequence(self, finding: Finding) -> bool:
        """Return whether a finding may follow from an error: from a value that the check asked for and did not find.

        The items of a list do not depend on each other.
        """
        if self._is_waived_by_fault(finding):
            return True
        pointer = self.part.original(finding.pointer)
        return any(not _are_siblings(pointer, fault) for fault in self.part.requests)

    def _is_waived_by_fault(self, finding: Finding) -> bool:
        """Return whether an invalid waiver may be meant for a finding."""
        for fault in self.part.faults:
            if fault[0] == "waivers":
                waiver = value_at(self.document.data, fault[:2])
                rule = waiver.get("rule") if isinstance(waiver, dict) and "rule" not in fault else None
                if rule in (finding.rule, None):
                    return True
        return False


def check_partial(partials: Sequence[PartialSpec], modules: Iterable[Any], context: CheckContext) -> Iterator[Finding]:
    """Run checks on specs with errors, beside those of the context. Yield findings that do not follow from the errors."""
    for module in modules if partials else ():
        if hasattr(module, "WHOLE_DOCUMENT"):
            continue  # it has reported its findings of specs with errors already
        if hasattr(module, "check_all"):
            runs = [partial(_run, module.check_all, context, partials)]
        else:
            checks = getattr(module, "PARTS", (module.check,))
            runs = [partial(_run_of_one, check, context, each) for check in checks for each in partials]
        nothing: list[Finding] = []
        for run in runs:
            yield from best_effort(run, nothing)


def _run(
    check: Callable[[CheckContext], Iterator[Finding]], context: CheckContext, partials: Sequence[PartialSpec]
) -> list[Finding]:
    by_id = {each.id: each for each in partials}
    broken = tuple(spec for spec in context.catalog.broken if spec.id not in by_id)
    specs = (*context.catalog.specs, *map(_fresh, partials))
    changed = replace(context, catalog=replace(context.catalog, specs=specs, broken=broken))
    # Each finding is judged when it is yielded: what its check asks for later has no influence on it.
    own = (finding for finding in check(changed) if finding.spec in by_id)
    return [finding for finding in own if not by_id[finding.spec].is_consequence(finding)]


def _run_of_one(
    check: Callable[[CheckContext, Spec], Iterator[Finding]], context: CheckContext, spec: PartialSpec
) -> list[Finding]:
    return [finding for finding in check(context, _fresh(spec)) if not spec.is_consequence(finding)]


def _fresh(spec: PartialSpec) -> PartialSpec:
    """Return a copy without cached values and recorded requests."""
    spec.part.requests.clear()
    return replace(spec)


def _are_siblings(one: Pointer, other: Pointer) -> bool:
    """Return whether two values are in different items of the same list."""
    pair = next(((left, right) for left, right in zip(one, other, strict=False) if left != right), None)
    return pair is not None and isinstance(pair[0], int)
