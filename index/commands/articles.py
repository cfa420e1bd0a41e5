"""Commands that show what is indexed: list, show."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.commands.shared import current_settings
from index.console import locations

if TYPE_CHECKING:
    from index.types import Article


@click.command("list")
@locations
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_articles(corpus: Path | None, index: Path | None, as_json: bool) -> None:
    """List the articles of the index: id, date, outlet, title."""
    from index.generation import open_generation

    generation = open_generation(current_settings(corpus, index).index)
    for article in generation.store.articles():
        if as_json:
            click.echo(json.dumps(_summary(article), ensure_ascii=False))
        else:
            published = str(article.published or "????-??-??")
            click.echo(f"{article.id}\t{published}\t{article.outlet or '?'}\t{article.title}")


@click.command()
@click.argument("article_id", metavar="ID")
@locations
@click.option("--removed", is_flag=True, help="Show what cleaning took out, and by which rule.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(
    article_id: str, corpus: Path | None, index: Path | None, removed: bool, as_json: bool
) -> None:
    """Show one article as it is indexed."""
    from index.errors import SettingsError
    from index.generation import open_generation

    generation = open_generation(current_settings(corpus, index).index)
    try:
        article = generation.store.article(article_id)
    except KeyError:
        raise SettingsError(
            f"no article {article_id!r} in the index; list them with: verbatim-index list"
        ) from None
    if as_json:
        click.echo(json.dumps(_whole(article), ensure_ascii=False, indent=2))
    elif removed:
        for piece in article.removed:
            click.echo(f"[{piece.rule}] {piece.text}")
        if not article.removed:
            click.echo("nothing was removed")
    else:
        for name, value in _summary(article).items():
            click.echo(f"{name}: {value if value is not None else 'unknown'}")
        click.echo(f"\n{article.text}")


def _summary(article: "Article") -> dict[str, object]:
    return {
        "id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "authors": ", ".join(article.authors) or None,
        "published": str(article.published) if article.published else None,
        "language": article.language,
        "url": article.url,
        "path": article.path,
        "truncated": article.truncated,
    }


def _whole(article: "Article") -> dict[str, object]:
    removed = [{"rule": piece.rule, "text": piece.text} for piece in article.removed]
    return _summary(article) | {"text": article.text, "removed": removed}
