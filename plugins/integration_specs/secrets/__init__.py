"""Detection of live secrets in text, by documented formats and by names that suggest a secret.

Randomness alone never counts. Placeholders, masks and published samples are ignored.

May import `text`.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Secret:
    """A stretch of a text that looks like a secret; `kind` says which."""

    kind: str
    start: int
    end: int
    value: str

    @property
    def shown(self) -> str:
        """As much of it as may be printed: the first four characters."""
        return f"{self.value[:4]}…"


@dataclass(frozen=True, slots=True)
class _Family:
    """A format: `literals` are quick to look for; `pattern` must match from one of them on and names the `secret`."""

    kind: str
    literals: tuple[str, ...]
    pattern: re.Pattern[str]


def _family(kind: str, literals: str, rest: str) -> _Family:
    return _Family(kind, tuple(literals.split("|")), re.compile(f"(?P<secret>{rest})(?![A-Za-z0-9])"))


_FAMILIES = (
    _family("Stripe or Pagar.me key", "sk_|rk_", r"[sr]k_(?:live_|test_)?[A-Za-z0-9]{16,}"),
    _family("Pagar.me key", "ak_live_|ak_test_", r"ak_(?:live|test)_[A-Za-z0-9]{16,}"),
    _family("Stripe webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/]{24,}={0,2}"),
    _family("AWS access key", "AKIA|ASIA|ABIA|ACCA", r"A[KSBC][IC]A[A-Z0-9]{16}"),
    _family("GitHub token", "ghp_|gho_|ghu_|ghs_|ghr_", r"gh[pousr]_[A-Za-z0-9]{36,}"),
    _family("GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{40,}"),
    _family("GitLab token", "glpat-|gldt-|glrt-|glptt-|glcbt-", r"gl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_.-]{20,}"),
    _family("Slack token", "xoxb-|xoxp-|xoxa-|xoxe-|xoxr-|xoxs-|xoxo-|xoxe.|xapp-", r"xox[abeoprs][-.][A-Za-z0-9.-]{16,}|xapp-[0-9]-[A-Za-z0-9-]{16,}"),
    _family("Slack webhook", "hooks.slack.com/", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9]{6,}/[A-Za-z0-9]{6,}/[A-Za-z0-9]{16,}"),
    _family("Meta access token", "EAA", r"EAA[A-Za-z0-9]{40,}"),
    _family("Zoho token or client id", "1000.", r"1000\.(?:[0-9a-f]{32}\.[0-9a-f]{32}|[A-Z0-9]{30})"),
    _family("JWT", "eyJ", r"eyJ[A-Za-z0-9_-]{8,900}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    _family("private key", "-----BEGIN ", r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[\\nr\s]*[A-Za-z0-9+/=.…<{*]{0,64}"),
    _family("Google key", "AIza", r"AIza[0-9A-Za-z_-]{35}"),
    _family("Google token", "ya29.", r"ya29\.[0-9A-Za-z_-]{20,}"),
    _family("Google client secret", "GOCSPX-", r"GOCSPX-[0-9A-Za-z_-]{20,}"),
    _family("SendGrid key", "SG.", r"SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}"),
    _family("npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    _family("PyPI token", "pypi-", r"pypi-[A-Za-z0-9_-]{50,}"),
    _family("OpenAI key", "sk-", r"sk-(?:(?:proj|svcacct|admin|ant)-)?[A-Za-z0-9_-]{32,}"),
    _family("Azure key", "AccountKey=|SharedAccessKey=", r"(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,}={0,2}"),
    _family("Azure signature", "sig=", r"sig=[A-Za-z0-9%+/]{40,}={0,2}"),
    _family("Azure client secret", "7Q~|8Q~", r"[78]Q~[A-Za-z0-9_~.-]{31,34}"),
    _family("Mercado Pago token", "APP_USR-|TEST-", r"(?:APP_USR|TEST)-[0-9]{10,}-[0-9]{6}-[0-9a-f]{32}(?:-[0-9]+)?"),
    _family("Twilio key", "SK", r"SK[0-9a-f]{32}"),
    _family("Mailgun key", "key-", r"key-[0-9a-f]{32}"),
    _family("Shopify token", "shpat_|shpss_|shpca_|shppa_", r"shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}"),
    _family("DigitalOcean token", "dop_v1_|doo_v1_", r"do[op]_v1_[0-9a-f]{64}"),
    _family("Vault token", "hvs.|hvb.", r"hv[sb]\.[A-Za-z0-9_-]{24,}"),
    _family("Square token", "sq0atp-|sq0csp-", r"sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}"),
    _family("Discord webhook", "discord.com/api/webhooks/", r"discord\.com/api/webhooks/[0-9]{15,}/[A-Za-z0-9_-]{40,}"),
    _family("Asaas key", "$aact_", r"\$aact_[A-Za-z0-9_:=-]{40,}"),
    _family("Telegram token", ":AA", r":AA[A-Za-z0-9_-]{33}"),
)  # fmt: skip
_MID_WORD = frozenset({"Azure client secret", "Telegram token"})
"""Families whose literal stands inside the secret, so that a word character before it is right."""

_URL = re.compile(r"://[^\s/?#:@\"'<>]*:(?P<secret>[^\s/?#@\"']{3,})@[A-Za-z0-9\[]")
_BASIC = re.compile(r"[Bb]asic\s+(?P<secret>[A-Za-z0-9+/]{12,}={0,2})(?![A-Za-z0-9+/=])")
_BEARER = re.compile(r"(?:[Bb]earer|[Oo]authtoken)\s+(?P<secret>[A-Za-z0-9._~+/-]{20,}={0,2})(?![A-Za-z0-9])")
_NAMES = [
    "password",
    "passwd",
    "senha",
    "secret",
    "token",
    "api_key",
    "api-key",
    "apikey",
    "access_key",
    "access-key",
    "accesskey",
    "private_key",
    "secretkey",
]
_NAMED = re.compile(
    r"[A-Za-z0-9_-]{0,20}(?:\\{0,3}[\"'])?(?:\s{0,4}[:=]\s{0,4}|\s{1,20}value:\s)(?:\\{0,3}[\"'])?"
    r"(?P<secret>[^\s\"',;&<>(){}\[\]|`]{8,})"
)
_BEFORE = re.compile(r"[A-Za-z0-9_.-]{0,40}\Z")
_HARMLESS_NAME = re.compile(
    r"page|next|cursor|continuation|sync|expir|lifetime|type|_url|_uri|url$|_id$|id$|ids$|name|storage|endpoint|rotation|length|policy|hint|count",
    re.IGNORECASE,
)
_PASSWORD_NAME = re.compile(r"password|passwd|senha", re.IGNORECASE)

_PLACEHOLDER = re.compile(
    r"[{}<>…]|\.\.\.|\*{3}|x{4}|X{4}|•|%[sd]"
    r"|exemplo|example|sample|fake|dummy|change_?me|your|redacted|masked|placeholder|todo|ficti|secret_here|abcdefgh|01234567|12345678|(.)\1{5}",
    re.IGNORECASE,
)
# SHA-256 of samples that vendors publish in their documentation; here as hashes, so that no scanner takes them for live.
_PUBLISHED = frozenset(
    {
        "9d270e35d002c796658b6ae7c8be50a0d0123404f7003a9ab471ce4baf843dc2",
        "7f75367e7881255134e1375e723d1dea8ad5f6a4fdb79d938df1f1754a830606",
        "647f7143af14706273d54740603644de5cb9abb42a76b7a0d32a48c9261860c5",
    }
)


def digest(value: str) -> str:
    """The hash by which a baseline knows a value."""
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def is_placeholder(value: str) -> bool:
    """Whether a value is plainly no secret: a place to fill in, a mask, a documented sample, too few different characters."""
    return bool(_PLACEHOLDER.search(value, 0, 1000)) or len(set(value)) < 6 or digest(value) in _PUBLISHED


def find(text: str, name: str = "") -> Iterator[Secret]:
    """Every stretch of `text` that looks like a live secret, in order; `name` is the key that the whole text stands under."""
    found = [*_by_format(text), *_by_name(text)]
    if name and not any(character.isspace() for character in text) and is_secret_name(name):
        found += [Secret(f"value of `{name[:40]}`", 0, len(text), text)] if _looks_live(name, text) else []
    end = 0
    for hit in sorted(found, key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= end:
            yield hit
            end = hit.end


def mask(text: str, name: str = "") -> str:
    """`text` with each secret cut to its first four characters."""
    pieces: list[str] = []
    end = 0
    for hit in find(text, name):
        pieces += text[end : hit.start], hit.shown
        end = hit.end
    return "".join((*pieces, text[end:]))


def is_secret_name(name: str) -> bool:
    """Whether a key of that name promises a secret."""
    lower = name.lower()
    return any(word in lower for word in _NAMES) and not _HARMLESS_NAME.search(lower)


_MOST_TRIES = 3
"""Matches that may begin inside one stretch: each may be as long as the text, and somebody may have filled it with beginnings."""


def _places(text: str, literal: str) -> Iterator[int]:
    place = text.find(literal)
    while place >= 0:
        yield place
        place = text.find(literal, place + 1)


def _matches(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """The matches that begin at `places`."""
    end = tries = 0
    for place in places:
        tries = tries if place < end else 0
        if tries < _MOST_TRIES and (match := pattern.match(text, place)):
            tries += 1
            end = max(end, match.end())
            yield match


def _by_format(text: str) -> Iterator[Secret]:
    # Every format is a long word: what is not in the long words need not be looked for in the whole text.
    long = " ".join([word for word in set(text.split()) if len(word) >= 16])
    if "-----BEGIN" in text:
        long += " -----BEGIN "
    for family in _FAMILIES:
        for literal in family.literals:
            if literal not in long:
                continue
            in_words = not literal[0].isalnum() or family.kind in _MID_WORD
            places = (each for each in _places(text, literal) if in_words or not each or not text[each - 1].isalnum())
            for match in _matches(family.pattern, text, places):
                if not is_placeholder(match["secret"]):
                    yield Secret(family.kind, match.start(), match.end(), match["secret"])
    if "://" in text:
        for match in _matches(_URL, text, _places(text, "://")):
            if not is_placeholder(match["secret"]):
                yield Secret("password in an address", match.start("secret"), match.end("secret"), match["secret"])
    for words, pattern, kind in (
        (("Basic ", "basic "), _BASIC, "Basic credentials"),
        (("Bearer ", "bearer ", "oauthtoken "), _BEARER, "Bearer token"),
    ):
        for word in words:
            for match in _matches(pattern, text, _places(text, word)):
                if _is_credential(kind, match["secret"]):
                    yield Secret(kind, match.start("secret"), match.end("secret"), match["secret"])


def _is_credential(kind: str, value: str) -> bool:
    if is_placeholder(value):
        return False
    if kind == "Bearer token":
        return _is_mixed(value)
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return ":" in decoded and decoded.isprintable() and not is_placeholder(decoded)


def _by_name(text: str) -> Iterator[Secret]:
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow when made small: places must stay
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    for word in _NAMES:
        if word not in lower:
            continue
        for match in _matches(_NAMED, text, (place + len(word) for place in _places(lower, word))):
            place = match.start() - len(word)
            before = _BEFORE.search(text, max(0, place - 40), place)
            name = (before[0] if before else "") + re.split(
                r"[\s:=\"'\\]", text[place : match.start("secret")], maxsplit=1
            )[0]
            value = "" if match["secret"].endswith("...") else match["secret"].rstrip(".:")
            if is_secret_name(name) and _looks_live(name, value):
                yield Secret(f"value of `{name}`", match.start("secret"), match.start("secret") + len(value), value)


def _looks_live(name: str, value: str) -> bool:
    # Whether it is a place to fill in is asked last: it takes the longest.
    if _PASSWORD_NAME.search(name) and len(value) >= 8 and re.search(r"[0-9]", value) and re.search(r"[A-Za-z]", value):
        return "/" not in value and not is_placeholder(value)
    return len(value) >= 16 and _is_mixed(value) and not is_placeholder(value)


def _is_mixed(value: str) -> bool:
    """Whether letters and digits change within words as they do in random texts, not as in names, paths, dates and UUIDs."""
    runs = sum(
        len(re.findall(r"[0-9]+|[a-z]+|[A-Z]+", part)) - 1
        for part in re.split(r"[^A-Za-z0-9]+", value)
        if len(part) >= 8
    )
    return runs >= 4
