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
    from assistant.reader import listwise
    from assistant.reader.linear import Ranking
    from assistant.reader.trained import CALIBRATION_FILE, NetworkFeatures
    from assistant.reader.weights import check_digests, shipped_weights

    table = shipped(CALIBRATION_FILE)
    check_digests(shipped_weights(), table["weights"])
    first = Ranking.of(table["first"], NetworkFeatures.sentence_names)
    both = listwise.shipped_features(first)
    return LinearReader(both, Calibration.of(table, both))
