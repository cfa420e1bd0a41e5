"""Addresses of articles, as links that cannot run anything."""

from urllib.parse import quote, urlsplit, urlunsplit

# What may stand in an address as it is (RFC 3986, sections 2.1 to 2.3).
_ALLOWED = "!#$%&'()*+,/:;=?@[]~"


def link_target(address: str | None) -> str | None:
    """The address in ASCII, percent-encoded, when it is an http or https one; None otherwise."""
    try:
        parts = urlsplit(address or "")
    except ValueError:  # brackets that hold no IPv6 address
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return quote(urlunsplit(parts), safe=_ALLOWED, errors="replace")
