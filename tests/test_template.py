"""The template, both ways: what is written is read as the same, and what people write is understood or kept."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt

from integration_specs.markdown_template.inline_values import escape_markdown, unescape_markdown
from integration_specs.markdown_template.markdown_document import read_document, write_document
from integration_specs.markdown_template.writer import same_json
from integration_specs.validation.schema import read_schema
from strategies import SPECS

SCHEMA = read_schema()
OWNERS = (("payments", "Payments team"),)
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def round_trip(data: dict[str, Any]) -> None:
    text = write_document(SCHEMA, data, OWNERS)
    read = read_document(SCHEMA, text, OWNERS)
    assert same_json(read.data, data), text
    assert not read.issues
    assert write_document(SCHEMA, read.data, OWNERS) == text


@given(SPECS)
@SLOW
def test_a_spec_is_read_back_from_its_markdown(data: dict[str, Any]) -> None:
    round_trip(data)


@pytest.mark.soak
@given(SPECS)
@settings(SLOW, max_examples=3000)
def test_very_many_specs_are_read_back_from_their_markdown(data: dict[str, Any]) -> None:
    round_trip(data)


SCRIPTS = (
    "[a](javascript:alert(1))", "![a](JavaScript:alert(1))", "[a]( <javascript:alert(1)> )", "[a](java&#115;cript:alert(1))",
    "[a](javascript&colon;alert(1))", "[a](\n javascript:alert(1))", "[a][b]\n\n[b]: javascript:alert(1)",
    "[a]\n\n[a]:\n  <javascript:alert(1)>", "\\\\[a\\\\](javascript:alert(1))", "[`x](javascript:alert(1)) [b](vbscript:x)",
    "[a](data:text/html,x)", "<javascript:alert(1)>",
)  # fmt: skip
LINKS = (
    "[a](https://a.example/x?b=c:d)",
    "[a](mailto:a@a.example)",
    "[a](other.md#part)",
    "see [1]: fine",
    "`[a](javascript:x)`",
)


@pytest.mark.parametrize("text", SCRIPTS)
def test_no_link_of_the_markdown_runs_a_script(text: str) -> None:
    """Rendered by what allows every address; and it is read back as it was."""
    lax = MarkdownIt("commonmark")
    lax.validateLink = lambda url: True  # type: ignore[method-assign]
    assert re.search(r"(href|src)=.(javascript|vbscript|data):", lax.render(text), re.IGNORECASE)
    assert not re.search(r"<(a|img)\b", lax.render(escape_markdown(text)))
    assert unescape_markdown(escape_markdown(text)) == text


@pytest.mark.parametrize("text", LINKS)
def test_other_links_stay_as_they_are(text: str) -> None:
    """To the web, a mailbox, a place beside the document; and code."""
    assert escape_markdown(text) == text
