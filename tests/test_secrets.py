"""Secrets and personal numbers: samples are made here, at run time, so that no file of ours looks like a leak."""

import base64
import json
import random
import re
import shutil
import string
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

import check_cases
from check_cases import CASES
from integration_specs import registry, secrets
from integration_specs.secrets import find, is_placeholder, mask
from invoking import invoke
from site_support import Folder, spec

_RANDOM = random.Random(20261122)  # noqa: S311 - the same samples in every run
_ALNUM = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"


def _some(length: int, alphabet: str = _ALNUM) -> str:
    """A random text that has letters and digits, and nothing that reads as made up."""
    while True:
        text = "".join(_RANDOM.choices(alphabet, k=length))
        if not is_placeholder(text) and any(c.isdigit() for c in text):
            return text


def _jwt() -> str:
    head, body = (
        base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"HS256"}', b'{"sub":"4411"}')
    )
    return f"{head}.{body}.{_some(43)}"


def _basic(user: str) -> str:
    return base64.b64encode(f"{user}:{_some(14)}".encode()).decode()


KNOWN = {
    "Pagar.me v5 live": "sk_" + _some(16),
    "Pagar.me v5 test": "sk_" + "test_" + _some(16),
    "Pagar.me v4 live": "ak_" + "live_" + _some(30),
    "Pagar.me v4 test": "ak_" + "test_" + _some(30),
    "Stripe live": "sk_" + "live_" + _some(24),
    "Stripe restricted": "rk_" + "live_" + _some(24),
    "Stripe webhook": "whsec" + "_" + _some(32),
    "AWS key": "AK" + "IA" + _some(16, string.ascii_uppercase + string.digits),
    "AWS session key": "AS" + "IA" + _some(16, string.ascii_uppercase + string.digits),
    "AWS secret by name": "aws_secret_access_key" + ": " + _some(40),
    "GitHub classic": "gh" + "p_" + _some(36),
    "GitHub app": "gh" + "s_" + _some(36),
    "GitHub fine-grained": "github" + "_pat_" + _some(22) + "_" + _some(59),
    "GitLab": "glp" + "at-" + _some(20),
    "Slack bot": "xo" + "xb-" + _some(11, string.digits) + "-" + _some(24),
    "Slack hook": "https://hooks." + "slack.com/services/T" + _some(8) + "/B" + _some(9) + "/" + _some(24),
    "Meta": "EA" + "AG" + _some(120),
    "Zoho access": "10" + "00." + _some(32, _HEX) + "." + _some(32, _HEX),
    "Zoho client": "10" + "00." + _some(30, string.ascii_uppercase + string.digits),
    "Zoho client secret by name": "client_secret" + ": " + _some(41, _HEX),
    "in a code span": "Client secret" + ": `" + _some(40, _HEX) + "`",
    "in a code span after a bold name": "**Client secret" + ":** ``" + _some(40, _HEX) + "``",
    "JWT": _jwt(),
    "PEM": "-----BEGIN " + "RSA PRIVATE KEY-----\\n" + _some(64),
    "OpenSSH": "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
    "address": "postgres://app:" + _some(12) + "@db.internal:5432/shop",
    "Google": "AI" + "za" + _some(35),
    "Google OAuth": "ya" + "29." + _some(60),
    "SendGrid": "S" + "G." + _some(22) + "." + _some(43),
    "npm": "np" + "m_" + _some(36),
    "OpenAI": "s" + "k-proj-" + _some(48),
    "Azure storage": "Account" + "Key=" + _some(86) + "==",
    "Basic": "Authorization: Basic " + _basic("loja"),
    "Bearer": "Authorization: Bearer " + _some(40),
    "Mercado Pago": "APP" + "_USR-" + _some(16, string.digits) + "-112233-" + _some(32, _HEX),
    "JSON": '{"api_key": "' + _some(32) + '"}',
    "escaped JSON": '{\\"refresh_token\\": \\"' + _some(32) + '\\"}',
    "form": "grant_type=x&client_" + "secret=" + _some(24) + "&a=b",
    "password": "senha: Cor4" + _some(9),
}
HELD_OUT = {
    "Vault": "hv" + "s." + _some(90),
    "Shopify": "shp" + "at_" + _some(32, _HEX),
    "Twilio": "S" + "K" + _some(32, _HEX),
    "DigitalOcean": "do" + "p_v1_" + _some(64, _HEX),
    "Datadog by name": "DD_API_KEY=" + _some(32, _HEX),
    "Contentful by name": "access_token: " + _some(43),
    "Slack user": "xo" + "xp-" + _some(12, string.digits) + "-" + _some(12, string.digits) + "-" + _some(32, _HEX),
    "GitHub OAuth": "gh" + "o_" + _some(36),
    "mongodb": "mongodb+srv://svc:" + _some(16) + "@cluster0.internal/db",
    "header": "X-Api-Key: " + _some(28),
    "PGP": "-----BEGIN " + "PGP PRIVATE KEY BLOCK-----",
    "EC": "-----BEGIN " + "EC PRIVATE KEY-----",
}
"""Formats that were not looked at when the rules were written."""

LOOK_ALIKES = (
    "Authorization: Bearer {access token}",
    "Authorization: Bearer ${TOKEN}",
    "Authorization: Basic {base64 of secret key and a colon}",
    "api_key: <your key>",
    "sk_" + "EXEMPLO0000000001",
    "sk_" + "test_xxxxxxxxxxxxxxxxxxxxxxxx",
    "AK" + "IAIOSFODNN7EXAMPLE",
    "token: ****************",
    "https://user:{password}@example.com/path",
    "https://api.example.com:8443/v1?at=me@example.com",
    "secret_storage: Vault, `kv/payments/pagarme-2026-production-a1`, read at start",
    "token_lifetime: 3600s",
    "next_page_token: " + _some(40),
    "pk_" + _some(24),
    "idempotency_key: order-2026-000123-attempt-1",
    "X-Hub-Signature-256: sha256=" + _some(64, _HEX),
    "id: 3f2b8c1e-9a4d-4c7b-8e21-5d6f7a8b9c0d",
    "wamid.EXEMPLO0000000000000001",
    "GET /token/desk-sk-list",
    "password: see Vault, path kv/messaging",
    "-----BEGIN PUBLIC KEY-----",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "task-management-and-more-words-in-a-long-hyphenated-slug",
    "The token: it lives for one hour.",
    "Client secret: `CLIENT_SECRET_FROM_THE_DASHBOARD_1`",
    "**Secret key:** `{secret key}`, from `kv/payments/pagarme-2026-production-a1`",
    "The `secret`: `" + "X-Hub-Signature-256` is computed with it.",
)


@pytest.mark.case("K1")
@pytest.mark.parametrize("sample", [*KNOWN.values(), *HELD_OUT.values()], ids=[*KNOWN, *HELD_OUT])
def test_a_secret_is_found_once_and_masked(sample: str) -> None:
    hits = list(find(sample))
    assert len(hits) == 1
    masked = mask(sample)
    assert hits[0].value[8:] not in masked or len(hits[0].value) <= 8
    assert list(find(masked)) == []


@pytest.mark.case("K2")
@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_so_passes(text: str) -> None:
    assert list(find(text)) == []
    assert mask(text) == text


@pytest.mark.case("K2")
def test_nothing_that_we_ship_looks_like_a_secret(root: Path) -> None:
    paths = [*root.glob("*.md"), *(path for folder in ("specs", "schema") for path in (root / folder).rglob("*.*"))]
    assert len(paths) > 5
    found = {
        path.name: [hit.kind for hit in find(path.read_text(encoding="utf-8"))] for path in paths if path.is_file()
    }
    assert {name: kinds for name, kinds in found.items() if kinds} == {}


def test_a_secret_is_found_by_the_name_of_its_key() -> None:
    value = _some(32)
    assert [hit.value for hit in find(value, "client_secret")] == [value]
    assert list(find(value, "page_token")) == list(find(value, "code")) == []


def found_in(folder: Path) -> list[str]:
    return [line for line in check_cases.found_in(folder) if "[draft-progress]" not in line]


def _project(folder: Path, body: str, more: str = "") -> Path:
    (folder / "specs").mkdir()
    shutil.copy(CASES / "owners.yaml", folder / "specs")
    text = f"system: Example\ntype: API\nstatus: draft\nowner: payments\n{more}endpoints:\n  - method: GET\n    path: /me\n    response:\n      example:\n{body}"
    (folder / "specs" / "me.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_secret_is_an_error_at_its_place_and_never_printed_whole(tmp_path: Path) -> None:
    secret = "sk_" + _some(16)
    found = found_in(_project(tmp_path, f"        note: first\n        key: {secret}\n"))
    assert found == [
        f"specs/me.yaml:11:14 error[secret] this looks like a secret: Stripe or Pagar.me key, starts with `{secret[:4]}…`"
    ]


def test_a_secret_in_a_comment_or_written_with_escapes_is_seen(tmp_path: Path) -> None:
    first, second = ("ghp" + "_" + _some(36) for _ in range(2))
    found = found_in(_project(tmp_path, f'        # old: {first}\n        key: "\\x67{second[1:]}"\n'))
    assert [line.partition(" this")[0] for line in found] == [
        "specs/me.yaml:10:16 error[secret]",
        "specs/me.yaml:11:14 error[secret]",
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("client_secret: >-\n          {secret}", ["specs/me.yaml:10:24 error[secret]"]),
        ('"client\\x5fsecret":\n            - {secret}', ["specs/me.yaml:11:15 error[secret]"]),
        ("code: >-\n          {secret}", []),
        ('note: "an \\"{secret}\\""\n        page_token: |-\n          {secret}', []),
    ],
    ids=["block", "escaped key", "other key in a block", "harmless key and escapes"],
)
def test_a_secret_is_found_by_a_name_however_it_is_written(tmp_path: Path, body: str, found: list[str]) -> None:
    lines = found_in(_project(tmp_path, f"        {body.format(secret=_some(32))}\n"))
    assert [line.partition(" this")[0] for line in lines] == found


def test_a_header_of_a_pair_is_seen_by_its_name(tmp_path: Path) -> None:
    more = f"    request:\n      headers:\n        - name: X-Api-Key\n          value: {_some(30)}\n"
    found = found_in(_project(tmp_path, f"        a: b\n{more}"))
    assert [line.partition(" this")[0] for line in found] == ["specs/me.yaml:14:18 error[secret]"]


def test_a_baseline_of_hashes_lets_pass(tmp_path: Path) -> None:
    secret = "sk_" + _some(16)
    _project(tmp_path, f"        key: {secret}\n")
    (tmp_path / "integration-specs.toml").write_text('secrets_baseline = "known.txt"\n', encoding="utf-8")
    (tmp_path / "known.txt").write_text(f"{secrets.digest(secret)}  checked: a sample\n\n", encoding="utf-8")
    assert found_in(tmp_path) == []


@pytest.mark.parametrize(
    ("line", "closed"),
    [
        ("  - {one}\n", False),
        ("  - sk_{number:016x}Zq7\n", True),
        ('  - "\\x73k_{number:016x}Zq7"\n', True),
        ("  - password: Cor4{number:012x}\n", True),
        ("  # sk_{number:016x}Zq7\n", True),
    ],
    ids=["same", "different", "with escapes", "by name", "in comments"],
)
def test_a_file_full_of_secrets_takes_no_longer_and_reports_little(tmp_path: Path, line: str, closed: bool) -> None:
    one = "sk_" + _some(16)
    (tmp_path / "specs").mkdir()
    written = [line.format(one=one, number=number * 7_654_321_987_654) for number in range(20_000)]
    text = spec("Full") + "x-notes:\n  - 1\n" + "".join(written)
    (tmp_path / "specs/full.yaml").write_text(text, encoding="utf-8")
    began = time.process_time()
    answer = invoke("check", root=tmp_path)
    assert time.process_time() - began < 10, "ten times the figure of the design"
    assert answer.exit_code == 1
    assert len(answer.stdout) < 200_000
    assert ("nothing of this file is shown or checked" in answer.stdout) == closed
    assert not [each for each in written[::97] if each.split()[-1].strip('"')[8:] in answer.stdout]


@pytest.mark.parametrize(
    "word", ["password=", "xoxb-", "github_pat_", "-eyJ", "-----BEGIN ", "://a:b", "7Q~", "Basic "]
)
def test_beginnings_of_secrets_take_no_longer_the_more_they_are(word: str) -> None:
    text = word * (1_000_000 // len(word))
    began = time.process_time()
    list(find(text))
    assert time.process_time() - began < 10


def _with_digit(digits: str, valid: bool) -> str:
    total = sum(sum(divmod(int(d) * (2 - place % 2), 10)) for place, d in enumerate(reversed(digits)))
    return digits + str((-total + (not valid)) % 10)


def _cpf(valid: bool) -> str:
    digits = "529" + "982247"
    for length in (9, 10):
        digits += str(sum(int(d) * (length + 1 - place) for place, d in enumerate(digits)) * 10 % 11 % 10)
    return digits[:-1] + str((int(digits[-1]) + (not valid)) % 10)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f'document: "{_cpf(True)}"', "CPF"),
        (f"tax_id: {_cpf(True)[:3]}.{_cpf(True)[3:6]}.{_cpf(True)[6:9]}-{_cpf(True)[9:]}", "CPF"),
        (f"cpf: {_cpf(True)}", "CPF"),
        ("text: CNPJ " + "11.444.777" + "/0001-61", "CNPJ"),
        ("text: CNPJ " + "12.ABC.345" + "/01DE-35", "CNPJ"),
        (f'number: "{_with_digit("453201511283036", True)}"', "card number"),
        (f"pan: {_with_digit('37828224631999', True)}", "card number"),
    ],
)
def test_a_valid_personal_number_is_warned_of_without_saying_it(tmp_path: Path, body: str, kind: str) -> None:
    found = found_in(_project(tmp_path, f"        {body}\n"))
    assert len(found) == 1
    assert "warning[personal-data]" in found[0]
    assert f"valid {kind}" in found[0]


@pytest.mark.parametrize(
    "body",
    [
        f'document: "{_cpf(False)}"',
        "document: 123.456.789-09",
        'document: "11111111111"',
        "document: '***.***.***-**'",
        f'phone: "{_cpf(True)}"',
        f'number: "{_with_digit("453201511283036", False)}"',
        'number: "4111 1111 1111 1111"',
        "number: 4000000000000010",
        f'wa_id: "{_with_digit("551190000123", True)}"',
        "at: 2026-11-22T15:30:00Z",
        "amount: 29900",
    ],
)
def test_test_numbers_masks_and_other_numbers_pass(tmp_path: Path, body: str) -> None:
    assert found_in(_project(tmp_path, f"        {body}\n")) == []


def test_what_is_found_a_thousand_times_is_counted(tmp_path: Path) -> None:
    body = "".join(f"        cpf{number}: '{_cpf(True)}'\n" for number in range(1000))
    found = [line for line in found_in(_project(tmp_path, body)) if "personal-data" in line]
    assert len(found) == 101
    assert found[-1].startswith("specs/me.yaml:110:")
    assert found[-1].endswith("and 900 more of this rule from here on")


# --- over all commands ----------------------------------------------------------------------------------------------------

PLANTED = {**KNOWN, **HELD_OUT}


def _bare(sample: str) -> str:
    """The part of a sample that must not be seen again."""
    (hit,) = find(sample)
    return hit.value


@pytest.fixture
def leaky(tmp_path: Path) -> Path:
    """A project whose specs, good and broken, and whose vendor's document hold every planted secret."""
    folder = Folder(tmp_path)
    folder.configure()
    folder.write("docs/index.md", "# Home\n")
    samples = list(PLANTED.values())
    texts = "".join(f"  - {json.dumps(sample)}\n" for sample in samples)
    example = json.dumps({f"part_{number}": sample for number, sample in enumerate(samples)})
    calls = f"endpoints:\n  - method: GET\n    path: /me\n    response:\n      example: {example}\n"
    folder.write(
        "specs/notes.yaml",
        spec("Notes")
        + f"# {samples[0]}\ndata_mapping:\n  - entity: A\n    rules: {json.dumps(samples[1])}\nx-notes:\n{texts}",
    )
    folder.write("specs/calls.yaml", spec("Calls") + calls)
    folder.write(
        "specs/shape.yaml",
        spec("Shape", f"last_updated: {json.dumps(samples[0])}", f"{json.dumps(samples[10])}: 1")
        + f"x-notes:\n{texts}",
    )
    folder.write("specs/syntax.yaml", f"system: Syntax\nx-notes:\n{texts}x-open: [\n")
    folder.write("specs/owners.yaml", f"owners:\n  a:\n    name: {json.dumps(samples[4])}\n    kind: team\n")
    folder.write(
        "old/specs/calls.yaml",
        spec("Calls") + calls.replace("GET", "PUT").replace(json.dumps(samples[0])[1:-1], "gone"),
    )
    document = {"openapi": "3.1.0", "info": {"title": "Acme", "version": "1", "description": samples[2]}}
    answer = {"200": {"description": samples[3], "content": {"application/json": {"example": json.loads(example)}}}}
    folder.write("api.json", json.dumps({**document, "paths": {"/x": {"get": {"responses": answer}}}}))
    return tmp_path


def _seen(text: str) -> list[str]:
    """Names of the planted secrets that stand in a text, in any of the ways in which reports write it."""
    plain = re.sub(r"[\\\u200b]|<wbr>", "", unescape(text))
    return [name for name, sample in PLANTED.items() if _bare(sample)[6:] in plain or _bare(sample)[6:] in text]


def _accepted(root: Path) -> None:
    (root / "integration-specs.toml").write_text('secrets_baseline = "known.txt"\n', encoding="utf-8")
    values = {hit.value for path in (root / "specs").iterdir() for hit in find(path.read_text(encoding="utf-8"))}
    hashes = sorted(map(secrets.digest, {*values, *map(_bare, PLANTED.values())}))
    (root / "known.txt").write_text("\n".join(hashes), encoding="utf-8")


def _waived(root: Path) -> None:
    for path in (root / "specs/notes.yaml", root / "specs/calls.yaml"):
        with path.open("a", encoding="utf-8") as file:
            file.write("waivers:\n  - {rule: secret, reason: a sample, expires: 2027-01-01}\n")


@pytest.mark.case("K1")
@pytest.mark.parametrize("let_pass", [None, _accepted, _waived], ids=["errors", "accepted", "waived"])
def test_no_command_and_no_page_shows_a_secret(leaky: Path, let_pass: Callable[[Path], None] | None) -> None:
    if let_pass:
        errors = invoke("check", "--format", "concise", root=leaky).stdout.count("error[secret]")
        let_pass(leaky)
        left = invoke("check", "--format", "concise", root=leaky).stdout.count("error[secret]")
        assert left < errors - len(PLANTED)
    runs: list[tuple[str, ...]] = [("check", "--format", name) for name in registry.defining("reports", "check")]
    runs += [("diff", str(leaky / "old"), str(leaky), "--format", name) for name in registry.names("reports")]
    runs += [("export", name, "-o", str(leaky / f"out-{name}")) for name in registry.names("exporters")]
    runs += [("show", name) for name in ("notes", "calls", "shape", "syntax")]
    runs += [
        ("import", "openapi", str(leaky / "api.json"), "-o", "-"),
        ("list",),
        ("affected", "notes"),
        ("doctor",),
        ("fmt", "--check"),
        ("render", "--out", str(leaky / "out")),
    ]
    seen = {words: _seen(invoke(*words, root=leaky).output) for words in runs}
    assert {words: names for words, names in seen.items() if names} == {}
    assert _seen(Folder(leaky).build()) == []
    made = [
        path
        for folder in leaky.iterdir()
        if folder.name.startswith(("out", "site"))
        for path in (*folder.rglob("*"), folder)
    ]
    leaks = {
        path: names
        for path in made
        if path.is_file() and (names := _seen(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert leaks == {}


@pytest.mark.case("K1")
def test_what_is_quoted_from_a_contract_is_no_secret(tmp_path: Path) -> None:
    secret = "sk_" + _some(16)
    folder = _project(tmp_path, "        key: other\n", "contract: openapi.json\n")
    schema = {"properties": {"key": {"enum": [secret]}}}
    answer = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    contract = {
        "openapi": "3.1.0",
        "info": {"title": "Me", "version": "1"},
        "paths": {"/me": {"get": {"responses": answer}}},
    }
    (folder / "specs/me").mkdir()
    (folder / "specs/me/openapi.json").write_text(json.dumps(contract), encoding="utf-8")
    (line,) = (line for line in found_in(folder) if "contract-example" in line)
    assert f'"{secret[:4]}…' in line
    assert secret[4:] not in line


@pytest.mark.case("K1")
def test_every_planted_secret_is_found_in_good_and_in_broken_files(leaky: Path) -> None:
    done = invoke("check", "--format", "json", root=leaky)
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    found = [each for each in answer["findings"] if each["rule"] == "secret"]
    for name in ("notes", "calls", "shape", "syntax"):
        assert sum(each["spec"] == name for each in found) >= len(PLANTED), name
    assert [each["line"] for each in found if each["file"] == "specs/owners.yaml"] == [3]


@pytest.mark.case("K1")
def test_what_is_hidden_is_not_lost(leaky: Path) -> None:
    """`fmt` and `check --fix` write the file as it is: hiding a value must never change it."""
    for words in (("fmt",), ("check", "--fix")):
        assert _seen(invoke(*words, root=leaky).output) == []
        text = (leaky / "specs/notes.yaml").read_text()
        assert all(json.dumps(_bare(sample))[1:-1] in text or _bare(sample) in text for sample in PLANTED.values())


@pytest.mark.case("K3")
@pytest.mark.parametrize(
    ("waiver", "rule", "column"),
    [
        ("{rule: secret, expires: 2027-01-01}", "missing-key", 5),
        ("{rule: secret, reason: a sample}", "missing-key", 5),
        ("{rule: secret, reason: a sample, expires: 2026-11-21}", "waiver-expired", 0),
        ("{rule: secret, reason: a sample, expires: 2026-11-22}", "", 0),
    ],
)
def test_a_waiver_needs_a_reason_and_ends(tmp_path: Path, waiver: str, rule: str, column: int) -> None:
    folder = _project(tmp_path, f"        key: sk_{_some(16)}\nwaivers:\n  - {waiver}\n")
    found = [line for line in found_in(folder) if "info[" not in line]
    assert bool(found) == bool(rule)
    if rule:
        assert any(f"specs/me.yaml:12:{column or ''}" in line and f"error[{rule}]" in line for line in found), found


def test_a_key_of_many_lines_is_reported_once(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    shutil.copy(CASES / "base.yaml", tmp_path / "specs" / "pay.yaml")
    shutil.copy(CASES / "owners.yaml", tmp_path / "specs")
    spec_file = tmp_path / "specs" / "pay.yaml"
    key = "-----BEGIN " + f"RSA PRIVATE KEY-----\n  {_some(64)}\n  -----END RSA " + "PRIVATE KEY-----"
    spec_file.write_text(spec_file.read_text(encoding="utf-8") + f"x-key: |\n  {key}\n", encoding="utf-8")
    (line,) = found_in(tmp_path)
    assert "error[secret]" in line
