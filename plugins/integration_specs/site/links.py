"""Relative links between pages: a site works at any address, and when it is opened from a folder."""

from functools import lru_cache
from posixpath import commonprefix


def address_path(address: str, directory_urls: bool) -> str:
    """Return the path of the page at `address` under the mount: `owners/payments/` or `owners/payments.html`."""
    if not directory_urls:
        return f"{address}.html"
    if address == "index" or address.endswith("/index"):
        return address.removesuffix("index")
    return f"{address}/"


@lru_cache(maxsize=4096)
def page_link(source: str, target: str, directory_urls: bool) -> str:
    """Return the link from the page at address `source` to the page at address `target`."""
    path = address_path(target, directory_urls)
    link = _relative(source, path, directory_urls)
    return f"{link}/" if path.endswith("/") or not path else link


@lru_cache(maxsize=4096)
def file_link(source: str, target: str, directory_urls: bool) -> str:
    """Return the link from the page at address `source` to the file at `target`, such as `assets/x.css`."""
    return _relative(source, target, directory_urls)


def _relative(source: str, path: str, directory_urls: bool) -> str:
    folder = [part for part in address_path(source, directory_urls).split("/")[:-1] if part]
    parts = [part for part in path.split("/") if part not in ("", ".")]
    shared = len(commonprefix([folder, parts]))
    return "/".join([*[".."] * (len(folder) - shared), *parts[shared:]]) or "."
