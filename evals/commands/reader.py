"""verbatim-eval reader: how well the trained network reads, by itself."""

from pathlib import Path

import click

from evals.commands.shared import (
    EXISTING,
    current_settings,
    figure_rows,
    print_rows,
    progress_bar,
)


@click.command()
@click.argument("collection", type=EXISTING)
@click.option("--language", default="fr", show_default=True, help="Language of the paragraphs.")
@click.option("--weights", type=EXISTING, help="Another weights file than the shipped one.")
@click.option("--every", type=click.IntRange(1), default=1, help="Only every so many questions.")
@click.option("--depth", type=click.IntRange(1), default=20, show_default=True)
@click.option("--work", type=click.Path(path_type=Path), help="Keep the passages found there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def reader(
    collection: Path, language: str, weights: Path | None, every: int, depth: int,
    work: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Let the network rerank, and read, the passages of a SQuAD-format COLLECTION.

    A right passage first: by retrieval, by the network alone, by both (their weight chosen on the
    same questions). In the right passage: the answering sentence, and the F1 and exact match of
    the words marked.
    """
    from tempfile import TemporaryDirectory

    from assistant.reader.engine import ReaderEngine
    from assistant.reader.weights import shipped_weights
    from evals.squad import load_squad
    from evals.training.examples import of_squad
    from evals.training.mining import mined
    from evals.training.quality import figures, read_questions
    from index.build import BuildTools
    from index.encoders.encoder import load_encoder

    settings = current_settings()
    tools = BuildTools(load_encoder(settings.encoder), settings.split)
    questions = of_squad(collection.stem, load_squad(collection, language))
    with TemporaryDirectory() as folder:
        data = mined(questions, tools, settings.search, work or Path(folder))
    engine = ReaderEngine(weights or shipped_weights()[0])
    with progress_bar("Questions") as progress:
        read = read_questions(data, engine, depth, every, progress)
    print_rows(figure_rows(figures(read)), as_json)
