"""Reading passages for a question: which sentences answer, where, and how surely."""

from assistant.reader.types import Reader


def load_reader(name: str) -> Reader:
    """The reader of that name in the settings ("lexical")."""
    from assistant.reader.lexical import Calibration, LexicalReader

    readers = {"lexical": lambda: LexicalReader(Calibration.shipped())}
    return readers[name]()
