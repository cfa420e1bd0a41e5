"""What an article is called: an id that neither moving nor renaming its file changes."""

import hashlib
import re
import string
import unicodedata
from urllib.parse import quote, unquote, urlsplit

from index.articles.clean import normalise
from index.errors import CorpusError
from index.types import StatedFields

LONGEST_SLUG = 60  # characters

_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})  # Unicode does not take these two apart
_PAGE_TYPE = re.compile(r"\.(?:html?|php\d?|aspx?)$")
_WWW = re.compile(r"^(?:www\.)+")
_DEFAULT_PORT = re.compile(r"(?::(?:80|443)?)+$")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")  # RFC 3986, section 2.3

# Parameters that tell where a reader came from and never which article is read; from the names in
# https://gitlab.com/ClearURLs/rules and, for at_ and xt…, the AT Internet (Piano) documentation.
# courlan's list is not used: it also drops `reference=` and `cid=`, which name articles, and its
# parser loses parameters without a value, the whole of the SPIP address spip.php?article123.
_TRACKING = re.compile(
    r"(?:utm|at|mtm|matomo|pk|hsa|itm|vero|oly)_.*|_ga|_gl|_hsenc|_hsmi|_openstat"
    r"|fb_(?:action_ids|action_types|ref|source)|(?:fb|g|dc|y|tw|tt)clid|msclkid|gclsrc"
    r"|[gw]braid|igshid|igsh|mc_[ce]id|mkt_tok|srsltid|li_fat_id|xt(?:or|ref|mc|cr|np|s)",
    re.IGNORECASE,
)


def article_id(fields: StatedFields, title: str, text: str) -> str:
    """The id stated; else made from the URL; else from the title and the text.

    A made one is readable words (at most `LONGEST_SLUG` characters), a hyphen and 8 hexadecimal
    digits of SHA-256 of the canonical URL, or of the text as `index.articles.clean.normalise`
    gives it. Always 1 to 200 ASCII letters, digits, `.`, `_` or `-`.
    CorpusError, without a path, for a stated id that is not.
    """
    if fields.id is not None:
        if not _ID.fullmatch(fields.id) or not fields.id.strip("."):
            raise CorpusError(
                f"id {fields.id[:80]!r} is not 1 to 200 letters without accent, digits, - _ or .; "
                "correct it, or remove it and one is made"
            )
        return fields.id
    if fields.url:
        address = canonical_url(fields.url)
        return _made_id(_url_words(address), address)
    return _made_id(_slug(title), normalise(text))


def canonical_url(url: str) -> str:
    """One spelling for the addresses of one page; for comparing, never for showing or opening.

    Host in lower case without "www." and default port, http as https, no fragment, no tracking
    parameter, the other parameters sorted, no trailing slash, escapes as in RFC 3986 section
    6.2.2. What is no web address is compared as it stands.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # a bracket that opens no IPv6 address
        return url.strip()
    host = _WWW.sub("", _DEFAULT_PORT.sub("", parts.netloc.lower()))
    if parts.scheme not in ("http", "https") or not host:
        return url.strip()
    stated = [_escaped(parameter) for parameter in parts.query.split("&") if parameter]
    query = "&".join(
        sorted(each for each in stated if not _TRACKING.fullmatch(each.partition("=")[0]))
    )
    path = _escaped(parts.path).rstrip("/")
    return f"https://{host}{path}" + (f"?{query}" if query else "")


def _escaped(text: str) -> str:
    """Percent-encoded where needed and nowhere else: été and %c3%a9t%C3%A9 become one."""
    composed = _LONE_PERCENT.sub("%25", unicodedata.normalize("NFC", text))
    encoded = quote(composed, safe="/%:@!$&'()*+,;=?")
    return _ESCAPE.sub(_unescaped_letter, encoded)


def _unescaped_letter(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _url_words(address: str) -> str:
    """As many of the last segments as fit, the parameters being one; the host if there is none."""
    parts = urlsplit(address)
    segments = [_PAGE_TYPE.sub("", unquote(segment)) for segment in parts.path.split("/")]
    slugs = [slug for each in (*segments, unquote(parts.query)) if (slug := _slug(each))]
    words = slugs.pop() if slugs else _slug(parts.netloc)
    while slugs and len(slugs[-1]) + 1 + len(words) <= LONGEST_SLUG:
        words = f"{slugs.pop()}-{words}"
    return words


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    ascii_only = plain.encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", ascii_only).strip("-")


def _made_id(words: str, identifying: str) -> str:
    digest = hashlib.sha256(identifying.encode()).hexdigest()
    return f"{words[:LONGEST_SLUG].strip('-') or 'article'}-{digest[:8]}"
