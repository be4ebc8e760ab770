"""The sequence diagram of a flow, drawn as SVG from its steps at build time.

Colours come from CSS classes. The list of steps beside it has the same content as text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from integration_specs.model import Endpoint, Event, Spec, step_reference

from .translations import Translations

_WIDTH, _TOP, _STEP = 420, 30, 32
_US, _THEM = 44, 376


@dataclass(frozen=True, slots=True)
class Arrow:
    """One step of the diagram. `kind` is `out` (to the vendor), `in` (from the vendor) or `own` (our own event)."""

    kind: str
    label: str
    anchor: str


def arrows(spec: Spec, flow: dict[str, Any]) -> Iterator[Arrow]:
    """Yield the steps of a flow that name a known endpoint or event."""
    for step in flow.get("steps", ()):
        target = spec.resolve_step(step)
        if isinstance(target, Endpoint):
            yield Arrow("out", step_reference(step), target.anchor)
        elif isinstance(target, Event):
            yield Arrow("own" if target.sent else "in", target.name, target.anchor)


def sequence(spec: Spec, flow: dict[str, Any], t: Translations) -> Markup:
    """Return the diagram of a flow; empty if fewer than two of its steps can be drawn."""
    drawn = list(arrows(spec, flow))
    if len(drawn) < 2:
        return Markup("")
    height = _TOP + len(drawn) * _STEP + 10
    us, them = escape(t("Us")), escape(_truncate(spec.system, 24))
    label = escape(t("Sequence of {flow}", flow=flow["name"]))
    parts = [
        f'<svg class="ispec-sequence" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">',
        f'<path class="l" d="M{_US} 26V{height - 6}M{_THEM} 26V{height - 6}"/>',
        f'<text class="h" x="4" y="18">{us}</text><text class="h" x="{_WIDTH - 4}" y="18" text-anchor="end">{them}</text>',
    ]
    for number, arrow in enumerate(drawn, 1):
        parts.append(_draw(number, arrow, _TOP + number * _STEP - 8))
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 (escaped)


def _draw(number: int, arrow: Arrow, y: int) -> str:
    text = escape(f"{number}. {_truncate(arrow.label, 44)}")
    if arrow.kind == "own":
        return f'<circle class="e" cx="{_US}" cy="{y}" r="4"/><text class="s" x="{_US + 12}" y="{y + 4}">{text}</text>'
    start, end, head = (_US, _THEM, -7) if arrow.kind == "out" else (_THEM, _US, 7)
    line = f'<path class="{arrow.kind[0]}" d="M{start} {y}H{end}m{head}-4l{-head} 4 {head} 4"/>'
    return f'{line}<text class="m" x="{(_US + _THEM) // 2}" y="{y - 6}">{text}</text>'


def _truncate(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
