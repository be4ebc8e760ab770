"""Impact on the page of a spec: local data, other specs, and what depends on an endpoint."""

import re

from integration_specs.documents import load_text
from integration_specs.model import Catalog, Spec
from integration_specs.site.render import render
from integration_specs.validation.schema import read_schema

CALL = """
endpoints:
  - id: create
    method: POST
    path: /orders
    request: {content_type: application/json, example: {total: 1, memo: "x"}}
    response: {status: 200, content_type: application/json, example: {key: "a"}}
  - id: ping
    method: GET
    path: /ping
overview:
  flows:
    - name: Pay <now>
      steps: [create]
"""
ROW = """
data_mapping:
  - local_entity: Order <b>
    remote_object: order
    fields:
      - {local: amount, remote: total, direction: Outbound}
      - {local: code, remote: key, direction: Inbound}
"""


def spec(name: str, *parts: str) -> Spec:
    text = "".join((f"system: {name}\ntype: API\nstatus: draft\n", *parts))
    document = load_text(text, f"specs/{name}.yaml")
    assert document.data is not None
    return Spec(name, document.path, document.data, document)


def page(name: str, *specs: Spec) -> str:
    site = render(Catalog(specs), read_schema())
    return next(page.content for page in site.pages if page.address == name)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


def test_an_endpoint_shows_its_impact() -> None:
    shop = spec("shop", CALL, ROW)
    found = page("shop", shop, spec("till", "depends_on: [shop]\n"))
    (impact,) = re.findall(r'<div class="ispec-impact">(.*?)</div>', found)
    assert text(impact) == (
        "Impact if removed: Flows: Pay &lt;now&gt; · Local fields: amount, code · 1 dependent integration"
    )


def test_a_spec_lists_other_specs_with_its_local_fields() -> None:
    other = "data_mapping:\n  - local_entity: order <B>\n    remote_object: x\n    fields:\n"
    writer = spec("writer", other, "      - {local: code, remote: y, direction: Inbound}\n")
    stranger = spec("stranger", other, "      - {local: colour, remote: y, direction: Inbound}\n")
    found = page("shop", spec("shop", CALL, ROW), writer, stranger)
    block = text(found[found.index('id="impact"') :])
    assert "Order &lt;b&gt;: writes 1 field, reads 1 field · also written by writer" in block
    assert "stranger" not in block
    assert "also read" not in block
    anchor = re.search(r'across/fields/#([^"]+)', found)
    assert anchor
    assert f'id="{anchor[1]}"' in page("across/fields", spec("shop", CALL, ROW), writer)


def test_an_event_lists_its_receivers() -> None:
    event = "- {name: order.paid, when: A sale}\n"
    sender = spec("sender", f"events:\n  sent:\n    {event}")
    found = page("sender", sender, spec("hears", f"events:\n  received:\n    {event}"))
    assert "order.paid · received by hears" in text(found)


def test_a_long_list_leads_to_the_rest() -> None:
    event = "- {name: order.paid, when: A sale}\n"
    sender = spec("sender", f"events:\n  sent:\n    {event}")
    hears = [spec(f"hears-{number}", f"events:\n  received:\n    {event}") for number in range(7)]
    assert 'events/?find=order.paid">' in page("sender", sender, *hears)
    assert "…" not in page("sender", sender, *hears[:6])
    assert 'events/?find=order.paid" aria-label="all">…</a>' in page("sender", sender, *hears)


def test_all_names_of_an_impact_are_there() -> None:
    flows = "".join(f"    - {{name: Flow {number}, steps: [create]}}\n" for number in range(5))
    found = page("shop", spec("shop", CALL + flows, ROW))
    (impact,) = re.findall(r'<div class="ispec-impact">(.*?)</div>', found)
    folded = "Flow 0, Flow 1<details><summary> and 3 more</summary>, Flow 2, Flow 3, Flow 4</details>"
    assert folded in re.sub(r' class="[^"]*"', "", impact)
    few = page("shop", spec("shop", CALL + flows[: flows.index("    - {name: Flow 3")], ROW))
    assert "Flow 2 ·" in few


def test_no_impact_is_not_shown() -> None:
    found = page("shop", spec("shop", CALL.replace("flows", "_flows")[:60]))
    assert "ispec-impacts" not in found
    assert "ispec-impact" not in found
