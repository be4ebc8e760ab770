"""Recall and precision of the detection of secrets, on more than 200 secrets and 140 harmless texts that are made at run time."""

import base64
import random
import re
import string
from collections.abc import Callable

import pytest

from integration_specs.secrets import find

DICE = random.Random(20261128)  # noqa: S311 - the same samples in every run
ALNUM, HEX = string.ascii_letters + string.digits, "0123456789abcdef"
UPPER, BASE36 = string.ascii_uppercase + string.digits, string.ascii_lowercase + string.digits
RECALL = 0.95


def some(length: int, alphabet: str = ALNUM) -> str:
    while True:
        text = "".join(DICE.choices(alphabet, k=length))
        if any(c.isdigit() for c in text) or not set(alphabet) & set(string.digits):
            return text


def hexa(length: int) -> str:
    return some(length, HEX)


def uuid() -> str:
    return "-".join(hexa(n) for n in (8, 4, 4, 4, 12))


def joined(*parts: str) -> str:
    """Join parts of a known start, so that no scanner reports this file."""
    return "".join(parts)


FORMATS: dict[str, Callable[[], str]] = {
    "Efí": lambda: "client_secret: " + joined("Client", "_Secret_", hexa(40)),
    "Efí alone": lambda: "curl -u id:" + joined("Client", "_Secret_", hexa(40)),
    "Stripe live": lambda: joined("sk", "_live_", some(99)),
    "Stripe org": lambda: joined("sk", "_org_live_", some(60)),
    "Stripe restricted": lambda: joined("rk", "_live_", some(99)),
    "Stripe webhook": lambda: joined("wh", "sec_", some(32)),
    "Pagar.me": lambda: joined("s", "k_", some(16)),
    "Pagar.me test": lambda: joined("s", "k_test_", some(16)),
    "Adyen": lambda: joined("AQ", "E", some(60), "-", some(40), "=-", some(16)),
    "Plaid": lambda: joined("access", "-production-", uuid()),
    "Braintree": lambda: joined("access", "_token$production$", some(16, BASE36), "$", hexa(32)),
    "Square": lambda: joined("EA", "AA", some(60)),
    "Square OAuth": lambda: joined("sq0", "csp-", some(43)),
    "Brevo": lambda: joined("xkey", "sib-", hexa(64), "-", some(16)),
    "Brevo SMTP": lambda: joined("xsmtp", "sib-", hexa(64), "-", some(16)),
    "Mailchimp": lambda: joined(hexa(32), "-us", "14"),
    "Mailgun": lambda: joined(hexa(32), "-", hexa(8), "-", hexa(8)),
    "Mailgun old": lambda: joined("ke", "y-", hexa(32)),
    "Teams": lambda: joined(
        "https://acme.webhook.", f"office.com/webhookb2/{uuid()}@{uuid()}/IncomingWebhook/{hexa(32)}/{uuid()}"
    ),
    "Power Automate": lambda: (
        f"https://prod-12.westeurope.logic.azure.com/workflows/{hexa(32)}/triggers/manual/paths/invoke?api-version=1&sig={some(43)}"
    ),
    "Zapier": lambda: joined("https://hooks.", f"zapier.com/hooks/catch/{some(7, string.digits)}/{some(7, BASE36)}/"),
    "Slack hook": lambda: joined(
        "https://hooks.", f"slack.com/services/T{some(8, UPPER)}/B{some(10, UPPER)}/{some(24)}"
    ),
    "Slack": lambda: joined("xo", "xb-", some(12, string.digits), "-", some(24)),
    "Discord": lambda: joined("https://dis", f"cord.com/api/webhooks/{some(18, string.digits)}/{some(68)}"),
    "Meta": lambda: joined("EA", "AG", some(150)),
    "Mercado Pago": lambda: joined("APP", f"_USR-{some(16, string.digits)}-112233-{hexa(32)}-{some(9, string.digits)}"),
    "Asaas": lambda: joined("$aa", "ct_prod_", some(120)),
    "Zoho": lambda: joined("10", "00.", hexa(32), ".", hexa(32)),
    "AWS": lambda: joined("AK", "IA", some(16, UPPER)),
    "Google": lambda: joined("AI", "za", some(35)),
    "GitHub": lambda: joined("gh", "p_", some(36)),
    "GitLab": lambda: joined("gl", "pat-", some(20)),
    "SendGrid": lambda: joined("S", "G.", some(22), ".", some(43)),
    "Mollie": lambda: joined("li", "ve_", some(30)),
    "Xendit": lambda: joined("xn", "d_production_", some(40)),
    "Notion": lambda: joined("nt", "n_", some(46)),
    "HubSpot": lambda: joined("pat", "-na1-", uuid()),
    "Airtable": lambda: joined("pa", "t", some(14), ".", hexa(64)),
    "New Relic": lambda: joined("NR", "AK-", some(27, UPPER)),
    "Postman": lambda: joined("PM", "AK-", hexa(24), "-", hexa(34)),
    "Databricks": lambda: joined("da", "pi", hexa(32)),
    "Atlassian": lambda: joined("ATA", "TT3x", some(60)),
    "OpenAI": lambda: joined("s", "k-proj-", some(60)),
    "Grafana": lambda: joined("gl", "sa_", some(32), "_", hexa(8)),
    "PEM": lambda: joined("-----BEGIN ", "PRIVATE KEY-----\n", some(64)),
    "password in a URL": lambda: f"amqps://loja:{some(16)}@broker.internal/vhost",
    "Basic": lambda: "Authorization: Basic " + base64.b64encode(f"loja:{some(14)}".encode()).decode(),
    "Bearer": lambda: f"Authorization: Bearer {some(40)}",
    "Token header": lambda: f"Authorization: Token {hexa(40)}",
    "Key header": lambda: f"Authorization: Key {some(44)}",
}
NAMED: dict[str, Callable[[], str]] = {
    "MerchantKey": lambda: some(40, string.ascii_uppercase),
    "merchant_key": lambda: some(40, string.ascii_uppercase),
    "segredo": lambda: some(32),
    "senha": lambda: "Loja" + some(8),
    "chave": lambda: some(32),
    "chave_secreta": lambda: hexa(64),
    "chave_privada": lambda: some(44),
    "chave_api": lambda: hexa(32),
    "chave_hmac": lambda: hexa(64),
    "chave_de_assinatura": lambda: some(40),
    "chave_cliente": lambda: some(36),
    "senha_do_certificado": lambda: "Pfx" + some(9),
    "segredo_do_webhook": lambda: some(32),
    "signing_secret": lambda: hexa(32),
    "signingKey": lambda: some(44),
    "webhook_secret": lambda: some(32),
    "webhookSigningKey": lambda: hexa(32),
    "hmac_key": lambda: hexa(64).upper(),
    "HMAC_SECRET": lambda: some(48),
    "hmacSecret": lambda: hexa(64),
    "signature_key": lambda: some(44),
    "shared_secret": lambda: some(32),
    "client_secret": lambda: some(40),
    "clientSecret": uuid,
    "app_secret": lambda: hexa(32),
    "consumer_secret": lambda: some(48),
    "api_key": lambda: hexa(32),
    "apiKey": lambda: some(24),
    "x-api-key": uuid,
    "API-KEY": lambda: some(40, BASE36),
    "api key": lambda: some(32),
    "access_key": lambda: some(40),
    "secret_access_key": lambda: some(40),
    "private_key": lambda: hexa(32),
    "encryption_key": lambda: some(44),
    "encryptionKey": lambda: hexa(64),
    "auth_token": lambda: hexa(32),
    "authToken": lambda: some(32),
    "access_token": lambda: some(64),
    "accessToken": lambda: some(43),
    "refresh_token": lambda: some(60),
    "bot_token": lambda: some(46),
    "session_token": lambda: some(80),
    "plaid_secret": lambda: hexa(30),
    "password": lambda: "S3nh4" + some(7),
    "db_password": lambda: some(16),
    "passphrase": lambda: some(20),
    "PASSWORD": lambda: some(12),
    "passwd": lambda: some(10),
    "license_key": lambda: some(32),
    "master_key": lambda: hexa(32),
    "subscription_key": lambda: hexa(32),
    "service_key": lambda: some(40),
    "account_key": lambda: some(64),
    "app_key": lambda: hexa(40),
    "client_key": lambda: some(32),
    "verification_token": lambda: some(24),
    "webhook_token": lambda: some(32),
    "partner_secret": lambda: some(36),
    "token": lambda: some(32),
    "segredoCompartilhado": lambda: some(32),
    "token_de_integracao": lambda: hexa(40),
    "senhaDoBanco": lambda: "Bd" + some(10),
    "secret": lambda: some(24, BASE36),
    "secretKey": lambda: some(40),
    "jwt_secret": lambda: some(64),
    "cookie_secret": lambda: some(32),
    "oauth_token_secret": lambda: some(45),
    "consumerSecret": lambda: some(50),
    "chaveSecreta": lambda: some(32),
}
SHAPES = ("{name}: {value}", '{name}: "{value}"', '"{name}": "{value}"', "{name} = '{value}'", "{name}={value}")

TEMPLATES = """
amzn.mws.{u} | ABSK{a110} | AKCp{a69} | cmVmdGtu{a56} | 2/1200{d12}/1200{d12}:{h32} | bkua_{h40} | CCIPAT_{a22}_{h40}
pk_{d8}_{U32} | CLOJARS_{l60} | v1.0-{h24}-{h146} | CFPAT-{a43} | cio{a32} | sbp_{h40} | sb_secret_{a31}
pscale_tkn_{a43} | pscale_pw_{a43} | napi_{l64} | HRKU-{u} | HRKU-AA{a58} | nfp_{a36} | pul-{h40} | pnu_{l36}
tk-us-{a48} | FlyV1 fm2_{a150} | M{a23}.{a6}.{a38} | dp.pt.{a43} | dp.st.prd.{a43} | sl.B{a135} | duffel_live_{a43}
EZAK{a54} | shippo_live_{h40} | dt0c01.{U24}.{U64} | fio-u-{a64} | AAAA{a7}:APA91b{a134} | glft-{a20} | glimt-{a25}
gloas-{h64} | glagent-{a50} | 1//0{a60} | hcaik_01{l58} | st.{h24}.{h32}.{h32} | klarna_live_api_{a80}
sdk-{h8}-{h4}-4{h3}-a{h3}-{h12} | lin_oauth_{h64} | re_{a8}_{a24} | mlsn.{h64} | sk.eyJ{a60}.{a22} | r8_{a37}
gsk_{a52} | pplx-{a48} | xai-{a80} | lsv2_pt_{h32}_{h10} | nvapi-{a64} | tvly-{a32} | {h36}FFFFNRAL | ops_eyJ{a250}
os_v2_app_{l103} | pdl_live_apikey_{l26}_{a22}_{a3} | rdme_{l70} | tfp_{a44}_{a14} | sec-c-{a48} | 00D{a12}!{a96}
sgp_{a64} | sqp_{h40} | squ_{h40} | sup_sk_{a32} | tskey-auth-{a17}-{a32} | {a14}.atlasv1.{a67} | ATTA{h72}
Authorization: SSWS 00{a40} | Authorization: GenieKey {h8}-{h4}-{h4}-{h4}-{h12} | prv_prod_{a32} | abc_prod_{a32}
DD-APPLICATION-KEY: {h40} | x-functions-key: {a54}== | algolia_admin_key: {h32} | ingestion_key: {h32}
token_de_acesso: {a40} | X-Server-Token: {u} | SNYK_TOKEN={u} | pagerduty_token: u+{a18} | openpix_secret: {a60}
"""
"""Formats by their documented form: `{a20}` are 20 letters and digits, `h` hexadecimal, `l` and `U` of one case, `d` digits."""
ALPHABETS = {"a": ALNUM, "h": HEX, "l": BASE36, "U": UPPER, "d": string.digits}


def made(template: str) -> str:
    """Return a secret in the form of a template."""
    text = re.sub(r"\{([ahlUd])([0-9]+)\}", lambda found: some(int(found[2]), ALPHABETS[found[1]]), template)
    return text.replace("{u}", uuid())


HARMLESS: tuple[Callable[[], str], ...] = (
    lambda: f"api-{hexa(8)}-of-the-orders-service",
    lambda: f"sdk-version-2026.11.{some(2, string.digits)}-release",
    lambda: "st.example-status-page-of-the-vendor-in-production",
    lambda: "re_delivery_of_events_after_a_failure_2026",
    lambda: "sl.example.com/a-long-path-of-the-documentation/2026/11",
    lambda: "fw_rules_of_the_production_network_2026",
    lambda: "dp.st.production-of-payments-and-orders-service",
    lambda: "md-extensions-and-more-of-the-handbook",
    lambda: "pk_12345678_orders_of_the_last_thirty_days",
    lambda: "pnu_numbers_are_personal_numbers_of_somebody",
    lambda: "rnd_department_budget_of_the_coming_year_2027",
    lambda: f"1/2/2026 and 2/3/2026, order {some(12, string.digits)}",
    lambda: "Message.posted.to_the_channel_of_the_team_on_call",
    lambda: "Order.status.changed_after_the_payment_was_captured_2026",
    lambda: "secret-live-streams-of-the-event-are-not-published",
    lambda: "os_v2_app_and_org_settings_of_the_console",
    lambda: "cio-and-cto-approve-the-contract-in-november",
    lambda: "GET /v1.0-beta/orders/{id}/items?expand=customer",
    lambda: "fc-barcelona-tickets-and-more-in-2026",
    lambda: "access_token_expires_in: 7776000",
    lambda: "session_token: the-value-of-the-cookie-of-the-portal",
    lambda: f"card_token: {uuid()}",
    lambda: f"device_token: {uuid()}",
    lambda: "ORDERS_TOKEN_URL=https://auth.example.com/oauth2/token",
    lambda: "chave_de_acesso: " + some(44, string.digits),
    lambda: "chave_pix: " + uuid(),
    lambda: "page_token: " + some(32),
    lambda: "application_key: see the vault of the payments team",
    lambda: "accessToken: IntegrationTokenV2ForBilling2026",
    lambda: "api_key: PaymentsGatewayKeyForStaging2027",
    lambda: "token: OrderServiceRefreshTokenVersion3",
    lambda: "secret: AcmeBillingIntegrationSecret2026",
    lambda: "client_secret: ClientSecretOfTheSandboxV2",
    lambda: f"secret_hash: {hexa(64)}",
    lambda: f"token_digest: {hexa(64)}",
    lambda: f"api_key_fingerprint: {hexa(40)}",
    lambda: f"password_hash: {hexa(64)}",
    lambda: f"key_checksum: {hexa(64)}",
    lambda: f"signing_key_sha256: {hexa(64)}",
    lambda: f"X-Hub-Signature-256: sha256={hexa(64)}",
    lambda: f"chave_pix: {uuid()}",
    lambda: f"chave_acesso: {some(44, string.digits)}",
    lambda: "chave: email do cliente",
    lambda: "chave: codigo_do_produto_no_erp",
    lambda: "palavra-chave: pagamento-recorrente-2026",
    lambda: "chave_primaria: id_do_pedido_na_loja_2026",
    lambda: "senha: {senha do certificado}",
    lambda: "senha: guardada no cofre",
    lambda: "segredo: no cofre kv/pagamentos",
    lambda: f"next_page_token: {some(40)}",
    lambda: f"cursor_token: {some(40)}",
    lambda: f"sync_token: {some(40)}",
    lambda: f"idempotency_key: {uuid()}",
    lambda: "idempotency_key: order-2026-000123-attempt-1",
    lambda: f"id: {uuid()}",
    lambda: f"token_id: {uuid()}",
    lambda: f"request_id: {some(32)}",
    lambda: f"commit: {hexa(40)}",
    lambda: f"image: acme/app@sha256:{hexa(64)}",
    lambda: f"integrity: sha512-{some(86)}==",
    lambda: f"etag: {hexa(32)}",
    lambda: f"md5: {hexa(32)}",
    lambda: f"trace_id: {hexa(32)}",
    lambda: "pk_live_" + some(24),
    lambda: "pk_test_" + some(24),
    lambda: "sk_" + "test_4eC39HqLyjWDarjtT1zdp7dc",
    lambda: "sk_" + "test_BQokikJOvBiI2HlWgH4olfQ2",
    lambda: "AKIA" + "IOSFODNN7EXAMPLE",
    lambda: "aws_secret_access_key: wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
    lambda: "gh" + "p_16C7e42F292c6912E7710c838347Ae178B4a",
    lambda: "sk_" + "test_" + "x" * 24,
    lambda: "sk_" + "EXEMPLO0000000001",
    lambda: "token: ****************",
    lambda: "token: ${PAYMENTS_API_TOKEN}",
    lambda: "token: {{ access_token }}",
    lambda: "api_key: <your api key>",
    lambda: "api_key: YOUR_API_KEY_GOES_HERE_2026",
    lambda: "password: change_me_please_123",
    lambda: "Authorization: Bearer {access token}",
    lambda: "Authorization: Bearer ${TOKEN}",
    lambda: "Authorization: Basic " + base64.b64encode(b"Aladdin:open sesame").decode(),
    lambda: "Authorization: Basic {base64 of id and secret}",
    lambda: "secret_storage: Vault, kv/payments/pagarme-2026-production-a1",
    lambda: "secret_ref: arn:aws:secretsmanager:sa-east-1:123456789012:secret:prod/app-AbC1dE",
    lambda: "token_url: https://auth.example.com/oauth2/v2.0/token",
    lambda: "token_endpoint: https://login.example.com/t9/oauth2/token",
    lambda: "token_lifetime: 3600s",
    lambda: "token_type: urn:ietf:params:oauth:token-type:access_token",
    lambda: "password_policy: at-least-12-characters-2-digits",
    lambda: "password: required, 8 to 64 characters",
    lambda: "secret_name: payments-gateway-v2-production",
    lambda: "key_version: projects/acme/locations/eu/keyRings/r1/cryptoKeys/k1/cryptoKeyVersions/3",
    lambda: "public_key: " + some(43),
    lambda: "api_key_header: X-Acme-Api-Key-V2",
    lambda: "private_key_path: /etc/acme/keys/2026/server-01.pem",
    lambda: "access_token_expires_at: 2026-11-28T10:15:00Z",
    lambda: "token: 2026-11-28T10:15:00Z-2026-12-28T10:15:00Z",
    lambda: "https://user:{password}@example.com/path",
    lambda: "https://api.example.com:8443/v1?at=me@example.com",
    lambda: "https://hooks.example.com/services/T0000/B0000/abc",
    lambda: "https://hooks.zapier.com/hooks/catch/{account}/{hook}/",
    lambda: "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24,
    lambda: "-----BEGIN PUBLIC KEY-----\n" + some(64),
    lambda: "-----BEGIN CERTIFICATE-----\n" + some(64),
    lambda: "Client_Id_" + hexa(40),
    lambda: "client_id: " + hexa(24),
    lambda: "merchant_id: " + uuid(),
    lambda: "MerchantId: " + uuid(),
    lambda: "test_customer_with_a_long_name_in_sandbox",
    lambda: "live_orders_of_the_last_thirty_days_2026",
    lambda: "sk_organization_settings_of_the_account",
    lambda: "task-management-and-more-words-in-a-long-slug",
    lambda: "access-production-database-from-the-office",
    lambda: "secret_santa_list_of_the_finance_team_2026",
    lambda: "The token: it lives for one hour.",
    lambda: "The secret: rotate it every 90 days, see runbook-2026-11.",
    lambda: "password: see Vault, path kv/messaging",
    lambda: "The API key: stored in 1Password, vault Integrations-2026.",
    lambda: "hmac: computed over the raw body with SHA-256",
    lambda: "signature_key: read from Secret Manager at start",
    lambda: "webhook_secret: rotated-quarterly-by-platform-team",
    lambda: "api_key: sandbox-key-of-the-billing-team-2026",
    lambda: "token: payments-service-account-production-v2",
    lambda: "token: JWT-with-RS256-signature-and-kid",
    lambda: "auth_token: service/payments/2026/production",
    lambda: "secret_rotation: every-90-days-since-2026-01-01",
    lambda: "secret_count: 12345678901234567890",
    lambda: "access_key_id: rotation-2026-q4-production-key",
    lambda: "chave_publica: " + some(43),
    lambda: "chave_idempotencia: pedido-2026-000123-tentativa-2",
    lambda: "chave_estrangeira: cliente_id_do_pedido_2026",
    lambda: "token_scope: read:orders write:orders admin:hooks",
    lambda: "country_code: BR, currency: BRL, amount: 123456789",
    lambda: "iban: DE89370400440532013000",
    lambda: "barcode: 34191790010104351004791020150008291070026000",
    lambda: "ISRC: USRC17607839, EAN: 7891000315507",
    lambda: "phone: +55 11 91234-5678",
    lambda: "wamid.EXEMPLO0000000000000001",
    lambda: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg",
    lambda: "GET /token/desk-sk-list?page=2&size=100",
    lambda: "x-request-signature: t=1790000000,v1=" + hexa(64),
    lambda: f"Signature: keyId=k1,signature={hexa(64)}",
    lambda: f"checksum={hexa(64)}",
    lambda: f"file-{uuid()}.json",
    lambda: "version: 2026.11.28-rc1+build.1234",
    lambda: "Bearer tokens expire after 3600 seconds in production",
    lambda: "Basic authentication is deprecated since 2026-01-01",
    lambda: f"nonce: {some(32)}",
)


def samples() -> list[tuple[str, str]]:
    found = [(name, make()) for name, make in FORMATS.items()]
    found += [(each, made(each.strip())) for each in TEMPLATES.replace("\n", "|").split("|") if each.strip()]
    for number, (name, make) in enumerate(NAMED.items()):
        found.append((name, SHAPES[number % len(SHAPES)].format(name=name, value=make())))
    return found


def test_the_set_is_large_enough() -> None:
    assert len(samples()) >= 200
    assert len(HARMLESS) >= 140


@pytest.mark.measured
def test_recall(measured: Callable[..., None]) -> None:
    """Three rounds of random samples, so that a lucky draw proves nothing."""
    for _ in range(3):
        made = samples()
        missed = [(name, text) for name, text in made if not list(find(text))]
        assert len(missed) <= (1 - RECALL) * len(made), missed
        measured("secrets", len(made), 100 * len(missed) / len(made))


@pytest.mark.measured
@pytest.mark.parametrize("number", range(len(HARMLESS)))
def test_no_false_alarm(number: int, measured: Callable[..., None]) -> None:
    for _ in range(3):
        text = HARMLESS[number]()
        assert [(found.kind, found.value) for found in find(text)] == [], text
    measured("harmless", 3)
