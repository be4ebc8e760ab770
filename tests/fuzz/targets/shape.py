"""The shape of a spec: whatever the text, findings that can be shown at their places, and no secret in them."""

from integration_specs.documents import load_text
from integration_specs.documents.code_frame import frame
from integration_specs.documents.pointers import scalars
from integration_specs.reports.concise import line_of
from integration_specs.secrets import find
from integration_specs.validation.schema import read_schema
from integration_specs.validation.validator import Validator

KEY = "sk_" + "qW3rT5yU7iOpA9sDfG"
SEEDS = (
    "system: Acme\ntype: API\nstatus: draft\nowner: a\nlast_updated: 2026-01-02\ntags: [a, b]\nendpoints:\n  - method: GET\n    path: /a\n    timeout: 5s\n",
    f"system: Acme\ntype: API\nstatus: draft\nx-key: {KEY}\npurpose:\n  why: '{KEY} and {KEY}'\nvendor: {{docs: 'https://x.example/'}}\n",
    "system: Acme\ntype: File\nstatus: draft\nenvironments:\n  - name: a\n    kind: sandbox\nerror_handling:\n  retry: {max_attempts: 3}\nwaivers: []\n",
)
VALIDATOR = Validator(read_schema())


def run(text: str) -> None:
    """Read, redact and validate the text, and write every finding."""
    document = load_text(text, "x.yaml")
    assert not list(find(document.text)), "what looks like a secret is redacted"
    assert not [value for _, value in scalars(document.data) if isinstance(value, str) and list(find(value))]
    for finding in VALIDATOR(document):
        line = line_of(finding)
        assert line.isprintable()
        assert len(line) <= 200
        for shown in (line, finding.help, *(each.text for each in frame(finding, document.text))):
            assert not list(find(shown)), shown
