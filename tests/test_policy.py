"""The policy: which scripts of a page it lets run."""

from base64 import b64encode
from hashlib import sha256

from integration_specs.site.csp import headers_file, policy, script_hashes, with_policy


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
