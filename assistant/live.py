"""The assistant of a running application, over whichever index is published at the moment."""

import logging
import threading
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

from assistant.answer import Assistant, open_assistant
from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.generation import Generation, HoldsRemoved, open_generation
from index.publishing.exclusions import excluded, held_although_removed
from index.publishing.publish import current_generation
from index.settings import Settings

_KEPT = 3  # earlier generations kept open for permalinks

logger = logging.getLogger(__name__)


class LiveAssistant:
    """Follows the publications of an index; safe to share between threads.

    A generation stays open while anyone holds it or the assistant it came with, and its files are
    closed when the last one lets go: take `current()` once for each question, and keep it no
    longer. The encoder and the reader are loaded once.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._index = Path(settings.index)
        self._assistant: Assistant | None = None
        self._problem: str | None = None
        self._refused: str | None = None  # the newer generation that cannot be used
        self._withdrawn = False  # what was opened before holds removed articles
        self._changing = threading.Lock()  # of the five above
        self._earlier: OrderedDict[str, Generation] = OrderedDict()  # last used last
        self._looking_up = threading.Lock()

    def current(self) -> Assistant:
        """The assistant to ask, over the last generation published that can be used.

        The caller who first comes after a publication waits for it to be opened; meanwhile the
        others get the one before. Raises what `assistant.answer.open_assistant` does while none
        was ever opened, and HoldsRemoved while the only one that can be used holds articles that
        were removed since.
        """
        if self._assistant is None:
            with self._changing:
                if self._assistant is None:
                    current_generation(self._index)  # told before a model is loaded in vain
                    self._assistant = open_assistant(self._settings)
        elif self._changing.acquire(blocking=False):
            try:
                self._assistant = self._followed(self._assistant)
            finally:
                self._changing.release()
        if self._withdrawn:
            raise HoldsRemoved(f"the index before holds removed articles, and {self._problem}")
        return self._assistant

    @property
    def problem(self) -> str | None:
        """Why what was published last is not what answers, in one line; None when it is."""
        return self._problem or (self._assistant.generation.problem if self._assistant else None)

    def generation(self, name: str) -> Generation | None:
        """The generation of that name while it is open here or on disk and sound, else None."""
        assistant = self._assistant
        if assistant and assistant.generation.name == name:
            return assistant.generation
        with self._looking_up:
            if name not in self._earlier:
                try:
                    self._earlier[name] = open_generation(self._index, name=name)
                except IndexMissing:
                    return None
                except (IndexDamaged, IndexMismatch) as error:
                    logger.warning("generation %r: %s", name, error)
                    return None
            self._earlier.move_to_end(name)
            if len(self._earlier) > _KEPT:
                self._earlier.popitem(last=False)
            return self._earlier[name]

    def _followed(self, assistant: Assistant) -> Assistant:
        """`assistant`, or the same over the generation published since."""
        name = None
        try:
            name = current_generation(self._index).name
            if name == self._refused:
                return assistant
            if name != assistant.generation.name:
                generation = open_generation(self._index, assistant.encoder.identity, name)
                assistant = replace(assistant, generation=generation)
            elif assistant.generation.problem:  # it was opened in place of the one before
                generation = replace(assistant.generation, problem=None)
                assistant = replace(assistant, generation=generation)
        except (IndexMissing, IndexDamaged, IndexMismatch, OSError) as error:
            self._withdrawn = self._holds_removed(assistant.generation)
            if str(error) != self._problem:
                what = "holds removed articles" if self._withdrawn else "still answers"
                logger.warning("%s; the index opened before %s", error, what)
            self._problem, self._refused = str(error), name
            return assistant
        self._problem = self._refused = None
        self._withdrawn = False
        return assistant

    def _holds_removed(self, generation: Generation) -> bool:
        """Whether it does, as far as can be told."""
        try:
            return bool(held_although_removed(generation.store, excluded(self._index)))
        except IndexDamaged as error:  # nothing that was removed may come back by accident
            logger.warning("%s", error)
            return True
