"""The sequence diagram of a flow, drawn as SVG from its steps at build time.

Colours come from CSS classes. The list of steps beside it has the same content as text.
"""

from html import escape
from typing import Any

from markupsafe import Markup

from integration_specs.model import Endpoint, Event, Spec, step_reference

from .translations import Translations

_WIDTH, _TOP, _STEP = 420, 30, 32
_US, _THEM = 44, 376


def sequence(spec: Spec, flow: dict[str, Any], t: Translations) -> Markup:
    """Return the diagram of a flow; empty if fewer than two of its steps name a known endpoint or event."""
    steps = [(step, target) for step in flow.get("steps", ()) if (target := spec.resolve_step(step))]
    if len(steps) < 2:
        return Markup("")
    height = _TOP + len(steps) * _STEP + 10
    us, them = escape(t("Us")), escape(_truncate(spec.system, 24))
    label = escape(t("Sequence of {flow}", flow=flow["name"]))
    parts = [
        f'<svg class="ispec-sequence" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">',
        f'<path class="l" d="M{_US} 26V{height - 6}M{_THEM} 26V{height - 6}"/>',
        f'<text class="h" x="4" y="18">{us}</text><text class="h" x="{_WIDTH - 4}" y="18" text-anchor="end">{them}</text>',
    ]
    for number, (step, target) in enumerate(steps, 1):
        text = escape(f"{number}. {_truncate(step_reference(step), 44)}")
        parts.append(_draw(target, text, _TOP + number * _STEP - 8))
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 (escaped)


def _draw(target: Endpoint | Event, text: str, y: int) -> str:
    """Return an arrow to the vendor for an endpoint, from the vendor for a received event, and a dot for our own event."""
    if isinstance(target, Event) and target.sent:
        return f'<circle class="e" cx="{_US}" cy="{y}" r="4"/><text class="s" x="{_US + 12}" y="{y + 4}">{text}</text>'
    kind, start, end, head = ("o", _US, _THEM, -7) if isinstance(target, Endpoint) else ("i", _THEM, _US, 7)
    line = f'<path class="{kind}" d="M{start} {y}H{end}m{head}-4l{-head} 4 {head} 4"/>'
    return f'{line}<text class="m" x="{(_US + _THEM) // 2}" y="{y - 6}">{text}</text>'


def _truncate(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
