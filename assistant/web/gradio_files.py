"""Where the files of Gradio's page are, for a page of our own to load them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GradioFiles:
    """Addresses on this server."""

    script: str
    stylesheet: str


@cache
def gradio_files() -> GradioFiles:
    """As named in the page that Gradio itself would serve; RuntimeError when it has another form
    than expected."""
    import gradio

    page = Path(gradio.__file__).parent / "templates" / "frontend" / "index.html"
    html = page.read_text(encoding="utf-8")
    script = re.search(r'<script type="module" crossorigin src="\.(/assets/[\w.-]+\.js)"', html)
    stylesheet = re.search(r'<link rel="stylesheet" crossorigin href="\.(/assets/[\w.-]+)"', html)
    if not script or not stylesheet:
        raise RuntimeError(f"{page} does not name Gradio's script and stylesheet as expected")
    return GradioFiles(script[1], stylesheet[1])
