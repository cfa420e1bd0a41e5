"""verbatim-eval retrieval: which retrieval finds the right article."""

from dataclasses import asdict
from pathlib import Path

import click

from evals.commands.shared import EXISTING, current_settings, print_rows, rounded


@click.command()
@click.argument("collection", type=EXISTING)
@click.option("--language", default="fr", show_default=True, help="Language of the paragraphs.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def retrieval(collection: Path, language: str, as_json: bool) -> None:
    """Compare BM25, dense, reciprocal rank fusion and hybrid on a SQuAD-format COLLECTION.

    Each paragraph is an article, indexed in a temporary folder.
    """
    from tempfile import TemporaryDirectory

    from evals.retrieval import compare_retrieval
    from evals.squad import load_squad
    from index.build import BuildTools, publish_articles
    from index.encoders.encoder import load_encoder
    from index.generation import open_generation

    settings = current_settings()
    questions = load_squad(collection, language)
    encoder = load_encoder(settings.encoder)
    with TemporaryDirectory() as folder:
        tools = BuildTools(encoder, settings.split)
        publish_articles(questions.articles, str(collection), Path(folder), tools)
        generation = open_generation(Path(folder), encoder.identity)
        scores = compare_retrieval(questions, generation, encoder, settings.search)
    rows = [{key: rounded(value) for key, value in asdict(score).items()} for score in scores]
    print_rows(rows, as_json)
