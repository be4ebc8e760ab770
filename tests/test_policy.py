"""The policy: which scripts of a page it lets run."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path

from integration_specs.site.csp import headers_file, policy, script_hashes, with_policy
from site_support import Folder, spec


def hash_of(script: str) -> str:
    return "'sha256-" + b64encode(sha256(script.encode()).digest()).decode() + "'"


def test_inline_scripts_are_allowed_by_hash_and_others_need_none() -> None:
    html = (
        "<script>a=1</script><SCRIPT type='module'>b=2\r\n</SCRIPT><script src=x.js></script>"
        '<script type="application/json">{"c": 3}</script><script async defer>d=\n4</script>'
    )
    assert script_hashes(html) == {hash_of("a=1"), hash_of("b=2\n"), hash_of("d=\n4")}


def test_policy_denies_all_that_it_does_not_name() -> None:
    text = policy(["'sha256-b'", "'sha256-a'"])
    assert text.startswith("default-src 'none'; script-src 'self' 'sha256-a' 'sha256-b'; ")
    assert "unsafe-eval" not in text
    assert "http:" not in text


def test_meta_stands_before_the_first_script() -> None:
    html = "<html><head><meta charset=utf-8><script>a</script></head></html>"
    assert with_policy(html, []).startswith("<html><head><meta charset=utf-8><meta http-equiv=")
    assert with_policy("no head", []) == "no head"


def test_headers_file_has_one_rule_for_every_address() -> None:
    first, second, *_ = headers_file(["'sha256-a'"]).splitlines()
    assert first == "/*"
    assert second.startswith("  Content-Security-Policy: default-src 'none'")
    assert second.endswith("; frame-ancestors 'none'")


def test_a_script_of_a_page_of_the_site_is_not_allowed(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.configure(plugins=["search", {"integration-specs": {"csp": True}}])
    folder.write("docs/index.md", "# Home\n\n<script>forged()</script>\n")
    folder.write("docs/other.md", "---\ntitle: <script>forged(2)</script>\n---\n\nText\n")
    folder.write("specs/acme.yaml", spec("Acme"))
    folder.build()
    for address in ("index.html", "other/index.html", "integrations/acme/index.html", "404.html"):
        page = folder.page(address)
        rule = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        assert rule, page[:500]
        allowed = unescape(rule[1])
        for script in ("forged()", "forged(2)"):
            assert not script_hashes(f"<script>{script}</script>") & set(allowed.split()), address
        assert "'sha256-" in allowed
