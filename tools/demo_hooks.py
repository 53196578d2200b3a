"""What the site's build does for the live demos: checksums, and an early start near the top."""

import re
import sys
from base64 import b64encode
from functools import partial
from hashlib import sha256
from pathlib import Path

from mkdocs.exceptions import PluginError

# MkDocs runs this file by its path, so the repository is not yet where modules are looked for.
sys.path.insert(0, str(Path(__file__).parents[1]))

DEMO = re.compile(r'<live-demo name="(\w+)"( early)?')
IMPORTED = re.compile(r'^(?:import|export)\b(?:[^"\';]*\bfrom)? *"\./([\w/]+\.js)"', re.MULTILINE)


def on_page_content(html, page, config, files):
    """Mark the demos near the page's top, and write the checksum of each demo's weights."""
    top, section, rest = html.partition("<h2")
    html = DEMO.sub(r"\g<0> early", top) + section + rest
    return DEMO.sub(partial(vouch_for_weights, Path(config.docs_dir, "live")), html)


def on_page_context(context, page, config, nav):
    """Tell theme/main.html what the demos near the page's top will ask for.

    A browser that hears of all modules with the page's first bytes need not wait for each to
    name the next. Demos further down stay as lazy as they are.
    """
    live, found = Path(config.docs_dir, "live"), {}
    for name, early in DEMO.findall(page.content):
        if early:
            found |= dict.fromkeys(modules(live, f"{name}.js"))
    context["early_modules"] = list(found)


def vouch_for_weights(live: Path, demo: re.Match) -> str:
    """Write the checksum of a demo's weights into its element; the browser compares.

    A demo without a file of weights needs none. PluginError where there is no such demo.
    """
    if not (live / f"{demo[1]}.js").is_file():
        raise PluginError(f"<live-demo name={demo[1]}>: docs/live/{demo[1]}.js is missing")
    weights = live / "models" / f"{demo[1]}.safetensors"
    if not weights.is_file():
        return demo[0]
    return f'{demo[0]} integrity="{checksum(weights.read_bytes())}"'


def modules(live: Path, name: str) -> list[str]:
    """Return a module and all that it imports, itself first."""
    found, waiting = [], [name]
    while waiting:
        found.append(waiting.pop(0))
        imported = IMPORTED.findall((live / found[-1]).read_text(encoding="utf-8"))
        waiting += [one for one in imported if one not in [*found, *waiting]]
    return found


def checksum(content: bytes) -> str:
    """A checksum as a browser reads it."""
    return f"sha256-{b64encode(sha256(content).digest()).decode()}"
