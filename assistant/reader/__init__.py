"""Reading passages for a question: which sentences answer, where, and how surely."""

from assistant.reader.types import Reader


def load_reader(name: str) -> Reader:
    """The reader of that name in the settings ("trained" or "lexical").

    ModelError when the trained reader's weights cannot be used.
    """
    from assistant.reader import lexical
    from assistant.reader.linear import Calibration, LinearReader, shipped

    if name == "lexical":
        words = lexical.LexicalFeatures()
        return LinearReader(words, Calibration.of(shipped(lexical.CALIBRATION_FILE), words))
    from assistant.reader import trained
    from assistant.reader.engine import ReaderEngine
    from assistant.reader.weights import check_digest, shipped_weights

    table, weights = shipped(trained.CALIBRATION_FILE), shipped_weights()
    check_digest(weights, table["weights"])
    network = trained.NetworkFeatures(ReaderEngine(weights))
    return LinearReader(network, Calibration.of(table, network))
