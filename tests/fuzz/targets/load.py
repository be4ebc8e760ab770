"""The loader: whatever the text, data or a located error, and what was accepted is findable in its source."""

from typing import Any

from integration_specs.documents import SPEC, VENDOR, RawDocument, load_raw_text
from integration_specs.findings import Span

SEEDS = (
    "system: Acme\ntype: API\nflows:\n  - name: one\n    steps: [a, {b: c}]\n  - name: 'two'\n",
    "a: |\n  block\n   text\nb: >-\n  folded\n  text\nc: \"x\\n\\u00e9\"\nd: 'it''s'\n",
    '{"a": [1, 2.5, -3e4, true, null], "b": {"c": "\\ud83d\\ude00"}}',
    "a: &x {b: 1}\nc: *x\nd: [*x, *x]\n<<: *x\n",
    "%YAML 1.2\n---\na: !!str 1\n...\n---\nb: 2\n",
    "a: no\nb: 017\nc: 1.10\nd: 22:30\ne: 2024-02-30\nf: 0x1F\n? g\n: h\n",
    'a: {{ x }}\nb: @c\nd: `e`\nf: "open\ng:\n\th: 1\n<<<<<<< HEAD\n=======\n>>>>>>> b\n',
    "ação: já\r\nlista:\r\n- um\r\n- dois # três\r\n",
)


def run(text: str) -> None:
    """Load under both profiles and check what both promise."""
    for limits in (SPEC, VENDOR):
        check(load_raw_text(text, "x.yaml", limits))
    check(load_raw_text(text.encode("utf-8", "surrogatepass"), "x.yaml"))


def check(document: RawDocument) -> None:
    """Raise AssertionError when a document is neither refused at a place nor fully placed."""
    errors = [finding for finding in document.findings if finding.level == "error"]
    assert (document.data is None) == bool(errors), "data and errors, or neither"
    lines = document.text.split("\n")
    for finding in document.findings:
        assert finding.message.isprintable(), finding
        assert len(finding.message) <= 200, finding
        if document.text:  # else nothing of it could be decoded
            _inside(finding.span, lines)
    if not errors:
        _placed(document, lines)


def _inside(span: Span, lines: list[str]) -> None:
    assert 1 <= span.line <= span.end_line <= len(lines), span
    assert (span.line, span.column) <= (span.end_line, span.end_column), span
    assert 1 <= span.column <= len(lines[span.line - 1]) + 1, span
    assert 1 <= span.end_column <= len(lines[span.end_line - 1]) + 2, span


def _placed(document: RawDocument, lines: list[str]) -> None:
    todo: list[tuple[tuple[str | int, ...], Any]] = [((), document.data)]
    visits = 0
    while todo and visits < 300:
        visits += 1
        pointer, value = todo.pop()
        _inside(document.span(pointer), lines)
        _inside(document.key_span(pointer), lines)
        if isinstance(value, dict):
            assert document.source_text(pointer) is None
            todo += [((*pointer, key), item) for key, item in value.items()]
            assert all(isinstance(key, str) for key in value)
        elif isinstance(value, list):
            todo += [((*pointer, index), item) for index, item in enumerate(value)]
        else:
            source = document.source_text(pointer)
            assert source is not None
            assert value is None or isinstance(value, str | int | float | bool)
            if isinstance(value, str) and source[:1] not in ("'", '"', "|", ">"):
                assert "".join(value.split()) == "".join(source.split()), (pointer, value, source)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                assert float(value) == float(int(source, 0) if source[:2] in ("0x", "0o") else source), source
