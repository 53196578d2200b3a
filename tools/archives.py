"""Two archives for reading offline: every notebook, and the whole site."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

TIME = (1980, 1, 1, 0, 0, 0)  # an archive's bytes depend on what it holds, not on when
NOTEBOOKS, SITE = "notebooks.zip", "site.zip"
README = """\
{name}, for reading offline: open index.html in a browser.

The search and the live demos need a host; here the demos' pictures stand still.
{site}
"""
# Read by a host or a developer only.
LEFT_OUT = re.compile(
    r"404\.html|sitemap\.xml.*|search/.*|.*\.map|.*/lunr/.*|.*/workers/.*"
    r"|live/.*\.(css|js|json|safetensors)"
)
# What a browser refuses to load from a file, and what makes no sense there.
REFUSED = re.compile(
    r'<script\b[^>]*\btype="?module\b[^>]*>\s*</script>'
    r'|<link\b[^>]*\brel="?(?:preload|modulepreload)\b[^>]*>'
    r'|<label\b[^>]*\bfor="?__search\b[^>]*>.*?</label>'
    r"|<!-- online -->.*?<!-- /online -->"
    r'|, ?"navigation\.instant"|"navigation\.instant",? ?',
    re.DOTALL,
)
LINK = re.compile(r'(?P<name>\b(?:href|src))="(?P<address>[^"]*)"')


def pack(path: Path, files: Mapping[str, bytes]) -> int:
    """Write a zip file, the same for the same files; return its size in bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, TIME)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, compresslevel=9)
    return path.stat().st_size


def offline(site: Path) -> dict[str, bytes]:
    """The files of a built site, by name, changed so that they work without a host."""
    names = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*"))}
    files = {}
    for name, path in names.items():
        if path.is_file() and not LEFT_OUT.fullmatch(name) and name not in {NOTEBOOKS, SITE}:
            content = path.read_bytes()
            if name.endswith(".html"):
                content = offline_page(content.decode(), path.parent).encode()
            files[name] = content
    return files


def offline_page(html: str, folder: Path) -> str:
    """A page whose links name files, without what cannot be loaded from a file."""

    def named(match: re.Match) -> str:
        parts = urlsplit(match["address"])
        if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
            return match[0]
        path = parts.path
        if (folder / unquote(path)).is_dir():
            path = path.rstrip("/") + "/index.html"
        return f'{match["name"]}="{parts._replace(path=path).geturl()}"'

    return LINK.sub(named, REFUSED.sub("", html))


def readme(name: str, address: str) -> bytes:
    """What to open, and what does not work, in plain text."""
    site = f"The site itself: {address}" if address else ""
    return README.format(name=name, site=site).rstrip("\n").encode() + b"\n"
