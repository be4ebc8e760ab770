"""Check that the files beside the specs can be read: CODEOWNERS, and the baseline of secrets."""

from collections.abc import Iterator
from pathlib import Path

from integration_specs.documents import RULES
from integration_specs.files import is_missing, why_unreadable
from integration_specs.findings import Finding
from integration_specs.model.codeowners import find_codeowners
from integration_specs.text.messages import DerivedMessage, Message

from . import CheckContext


def check_all(context: CheckContext) -> Iterator[Finding]:
    """Yield a finding for each such file that cannot be read, and for a CODEOWNERS of the settings that does not exist."""
    root, own = context.settings.root, context.settings
    for top, settings in own.repositories():
        path = find_codeowners(settings)
        if path:
            yield from _unreadable(path, root, Message("It is not compared with the owners of the specs."))
        elif settings.codeowners and not top:
            advice = Message("Create the file, or correct the setting `codeowners`.")
            rule = RULES["file-unreadable"]
            message = Message("the file does not exist")
            yield rule.finding(message, settings.codeowners, help=advice, level="warning")
            return
    baseline = root / own.secrets_baseline
    if own.secrets_baseline and not is_missing(baseline):
        yield from _unreadable(baseline, root, Message("Without it, every text that looks like a secret is reported."))


def _unreadable(path: Path, root: Path, consequence: str) -> Iterator[Finding]:
    if error := why_unreadable(path):
        rule = RULES[error.rule]
        message = Message("the file cannot be read: {reason}", reason=error.reason)
        help_text = Message(
            "{consequence} Replace it with {good}.", consequence=consequence, good=DerivedMessage(str, rule.good)
        )
        yield rule.finding(message, path.relative_to(root).as_posix(), help=help_text)
