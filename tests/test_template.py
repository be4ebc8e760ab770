"""The template, both ways: what is written is read as the same, and what people write is understood or kept."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from integration_specs.schema import read_schema
from integration_specs.template.document import read_document, write_document
from integration_specs.template.write import same
from strategies import SPECS

SCHEMA = read_schema()
OWNERS = (("payments", "Payments team"),)
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def round_trip(data: dict[str, Any]) -> None:
    text = write_document(SCHEMA, data, OWNERS)
    read = read_document(SCHEMA, text, OWNERS)
    assert same(read.data, data), text
    assert not read.remarks
    assert write_document(SCHEMA, read.data, OWNERS) == text


@given(SPECS)
@SLOW
def test_a_spec_comes_back_from_its_markdown(data: dict[str, Any]) -> None:
    round_trip(data)


@pytest.mark.soak
@given(SPECS)
@settings(SLOW, max_examples=3000)
def test_very_many_specs_come_back_from_their_markdown(data: dict[str, Any]) -> None:
    round_trip(data)
