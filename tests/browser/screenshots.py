"""Pictures of the chat for the documentation: the real programs, model and articles.

Run as `python -m tests.browser.screenshots` from the checkout, under whose settings the chat is
started with a home of its own. Dates in the list of conversations are those of the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from evals.load.site import temporary_chat
from index.errors import UserError
from index.settings import Settings, load_settings, starter_corpus
from tests.browser.conftest import CHROMIUM, OFFLINE, ask

SLOWEST_MS = 300_000  # the first answer of a model on a busy machine
LARGEST = 150_000  # bytes of a picture: the checkout must stay light
COLOURS = 256  # enough for text and a few flat colours

PHONE = (390, 844)
CADRES = "Combien de cadres français ont été contactés sur LinkedIn ?"
TATIN = "Quelle est la recette de la tarte Tatin ?"
BLESSES = "Combien de blessés l’incendie de Valmorin a-t-il faits ?"
# Made up, for the starter articles all come from one outlet and agree.
DISAGREEING = {
    "gazette.md": """---
title: "Valmorin : le marché couvert ravagé par un incendie"
outlet: La Gazette fictive
authors: [Zoé Œuvrard]
published: 2024-03-11
language: fr
---
L’incendie du marché couvert de Valmorin a fait 12 blessés, selon la préfecture, qui a ouvert une
cellule d’accueil.

Soixante pompiers ont lutté jusqu’à l’aube. La halle, bâtie en 1887, devra être démolie.
""",
    "courrier.md": """---
title: "Après l’incendie de Valmorin, un toit pour les marchands"
outlet: Le Courrier fictif
authors: [Ali Ben]
published: 2024-03-12
language: fr
---
L’incendie du marché couvert de Valmorin a fait 17 blessés, selon l’hôpital, où des familles
attendaient des nouvelles.

Quarante marchands n’ont plus d’étal. La mairie leur ouvre dès jeudi la salle des fêtes.
""",
}


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of the answer to a question; `must_show` is part of what makes it worth one."""

    name: str
    caption: str
    question: str
    must_show: str
    size: tuple[int, int] = (1280, 800)
    dark: bool = False
    panel: bool = False


STARTER = (
    Shot("answer", "An answer: exact quotes, each with its source", CADRES, ".vb-quote mark"),
    Shot("phone", "The same on a phone", CADRES, ".vb-quote", size=PHONE),
    Shot("source", "A quote in its article", CADRES, ".vb-panel mark.vb-quoted", panel=True),
    Shot("source-phone", "The same on a phone", CADRES, ".vb-panel mark.vb-quoted", PHONE,
         panel=True),
    Shot("dark", "The dark theme", CADRES, ".vb-panel mark.vb-quoted", dark=True, panel=True),
    Shot("refusal", "A question the articles do not answer", TATIN, ".vb-refusal"),
)  # fmt: skip
FICTION = (
    Shot("disagreement", "Sources that disagree (two articles made up for this picture)", BLESSES,
         ".vb-disagreement"),
)  # fmt: skip


def photograph(settings: Settings, shots: Sequence[Shot], folder: Path) -> None:
    """Serve a chat over the corpus of the settings, ask each question once, take the pictures."""
    with (
        temporary_chat(settings) as chat,
        chat.served("--no-auth") as door,
        sync_playwright() as playwright,
    ):
        chat.wait_until_quiet()  # so that the example questions are found, and answers are quick
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OFFLINE))
        addresses = {
            question: asked(browser, f"{door.url}?new", question)
            for question in dict.fromkeys(shot.question for shot in shots)
        }
        for shot in shots:
            picture = optimised(taken(browser, addresses[shot.question], shot))
            if len(picture) > LARGEST:
                raise UserError(
                    f"{shot.name} takes {len(picture)} bytes, expected at most {LARGEST}; show less"
                )
            (folder / f"{shot.name}.png").write_bytes(picture)
        browser.close()
        if chat.log():  # such as that it answers with another reader than asked for
            click.echo(chat.log(), err=True)


def asked(browser: Browser, address: str, question: str) -> str:
    """Ask a question in a new conversation; the address of that."""
    page = opened(browser, address, Shot("", "", question, ""))
    ask(page, question)
    found: str = page.url
    page.context.close()
    return found


def taken(browser: Browser, address: str, shot: Shot) -> bytes:
    """The window with the conversation open, as PNG."""
    page = opened(browser, address, shot)
    if shot.panel:
        page.locator("#vb-exchanges .vb-quote .vb-cite").first.click()
    page.locator(shot.must_show).first.wait_for()
    page.mouse.move(0, 0)
    picture = page.screenshot(animations="disabled")
    page.context.close()
    return picture


def opened(browser: Browser, address: str, shot: Shot) -> Page:
    """A window of its own, ready for a question."""
    width, height = shot.size
    context = browser.new_context(
        locale="fr-FR",
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(SLOWEST_MS)
    page = context.new_page()
    page.goto(address)
    page.locator("#vb-question textarea").wait_for()
    return page


def optimised(picture: bytes) -> bytes:
    """The same as a PNG with a palette, which nobody tells apart and takes a third of the room."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    reduced = image.quantize(COLOURS, dither=Image.Dither.NONE)
    written = BytesIO()
    reduced.save(written, "PNG", optimize=True)
    return written.getvalue()


def page_of(shots: Sequence[Shot]) -> str:
    """The Markdown page that shows all pictures."""
    shown = [f"![{shot.caption}]({shot.name}.png)\n\n{shot.caption}.\n" for shot in shots]
    head = "# The chat in pictures\n\nMade by `python -m tests.browser.screenshots`.\n"
    return "\n".join([head, *shown])


@click.command()
@click.option(
    "-o", "--output", "folder", type=click.Path(file_okay=False, path_type=Path),
    default="docs/screenshots", show_default=True, metavar="DIR",
)  # fmt: skip
def screenshots(folder: Path) -> None:
    """Take every picture of the documentation again, into DIR."""
    if CHROMIUM is None:
        raise click.UsageError("no chromium on the path; install it to take pictures")
    folder.mkdir(parents=True, exist_ok=True)
    settings = load_settings()
    photograph(replace(settings, corpus=starter_corpus()), STARTER, folder)
    with TemporaryDirectory() as corpus:
        for name, text in DISAGREEING.items():
            (Path(corpus) / name).write_text(text, encoding="utf-8")
        photograph(replace(settings, corpus=Path(corpus)), FICTION, folder)
    (folder / "README.md").write_text(page_of([*STARTER, *FICTION]), encoding="utf-8")
    for path in sorted(folder.glob("*.png")):
        click.echo(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    screenshots()
