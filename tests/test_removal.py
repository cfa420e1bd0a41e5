"""What was removed is served no longer, be it by what takes the place of a damaged index."""

from datetime import date
from pathlib import Path

import pytest

from assistant.answer import open_assistant
from assistant.live import LiveAssistant
from assistant.render import answer_text
from assistant.transcript import shown
from index.encoders.encoder import EncoderSettings
from index.errors import IndexDamaged
from index.generation import STORE_FILE, HoldsRemoved, open_generation
from index.publishing.exclusions import EXCLUDED_FILE, change_excluded, excluded
from index.publishing.publish import current_generation, published_generations
from index.settings import Settings
from tests.index_command import Outcome, Run

QUESTION = "Combien de cadres ont été approchés\u00a0?"
TODAY = date(2026, 1, 15)
ADVICE = (
    "no article is left in the index: every one was removed; take one up again with: "
    "verbatim-index remove --undo ID"
)


def damage(folder: Path) -> None:
    content = bytearray((folder / STORE_FILE).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / STORE_FILE).write_bytes(content)


@pytest.fixture
def single(command: Run, tiny_corpus: Path) -> Run:
    """The command, after an update of a corpus of one article."""
    for name in ("exchange.md", "routers.md", "sans-date.txt"):
        (tiny_corpus / name).unlink()
    assert command("update", "--quiet").status == 0
    return command


@pytest.fixture
def settings(tiny_corpus: Path, index: Path) -> Settings:
    encoder = EncoderSettings(model="hash")
    return Settings(tiny_corpus, index, encoder, answer={"reader": "lexical", "threshold": 0.0})


class TestLastArticle:
    def test_removing_it_publishes_an_index_without_any(self, single: Run, index: Path) -> None:
        outcome = single("remove", "viadeo")
        assert (outcome.status, outcome.err) == (0, "")
        assert outcome.lines[0] == "- viadeo"
        assert outcome.lines[-3] == ADVICE
        assert outcome.lines[-1].endswith("held them and is gone: no rollback leads to it")
        assert single("list") == Outcome(0, "", "")
        assert published_generations(index) == [current_generation(index)]

    def test_the_removal_can_be_undone(self, single: Run, index: Path) -> None:
        single("remove", "viadeo", "--quiet")
        assert single("remove", "--undo", "viadeo").lines[0] == "+ viadeo"
        assert excluded(index) == frozenset()
        assert single("list").out.startswith("viadeo\t")

    def test_an_index_without_any_is_sound_and_up_to_date(self, single: Run, index: Path) -> None:
        single("remove", "viadeo", "--quiet")
        assert single("check").lines[-1].endswith(", 0 articles, 0 passages, 0 sentences")
        assert single("update") == Outcome(0, f"{index} is up to date\n", "")

    def test_no_rollback_brings_it_back(self, single: Run, index: Path) -> None:
        held = open_generation(index)  # a chat has it open: it stays
        single("remove", "viadeo", "--quiet")
        assert "holds removed articles: viadeo" in single("rollback").err
        assert held.store.article("viadeo")

    def test_it_may_be_gone_from_the_corpus_already(self, single: Run, tiny_corpus: Path) -> None:
        (tiny_corpus / "viadeo.md").unlink()
        assert single("remove", "viadeo", "--quiet") == Outcome(0, "", "")
        assert single("list") == Outcome(0, "", "")

    def test_the_report_tells_it_too(self, single: Run, index: Path, tmp_path: Path) -> None:
        change_excluded(index, ["viadeo"], back=False)
        assert single("update", "--quiet", "--report", "rapport.html").status == 0
        assert ADVICE in (tmp_path / "rapport.html").read_text(encoding="utf-8")

    def test_an_emptied_corpus_alone_removes_nothing(
        self, single: Run, tiny_corpus: Path, index: Path
    ) -> None:
        before = current_generation(index)
        (tiny_corpus / "viadeo.md").unlink()
        outcome = single("update")
        assert (outcome.status, outcome.out, len(outcome.errors)) == (1, "", 1)
        assert "holds no article" in outcome.err
        assert current_generation(index) == before

    def test_a_question_is_refused_and_told_that_there_is_none(
        self, single: Run, settings: Settings
    ) -> None:
        single("remove", "viadeo", "--quiet")
        answer = open_assistant(settings).answer(QUESTION, TODAY)
        assert (answer.refused, answer.nearest) == (True, ())
        assert answer.coverage.articles == 0
        assert "Viadeo" not in answer_text(shown(answer))

    def test_a_chat_that_runs_quotes_it_no_longer(self, single: Run, settings: Settings) -> None:
        live = LiveAssistant(settings)
        assert live.current().answer(QUESTION, TODAY).quotes
        single("remove", "viadeo", "--quiet")
        answer = live.current().answer(QUESTION, TODAY)
        assert (answer.refused, answer.nearest, answer.coverage.articles) == (True, (), 0)
        single("remove", "--undo", "viadeo", "--quiet")
        assert live.current().answer(QUESTION, TODAY).quotes


class TestRemovalThatFails:
    def test_the_article_is_said_to_be_served_still(self, built: Run, tiny_corpus: Path) -> None:
        for path in tiny_corpus.iterdir():
            path.unlink()
        outcome = built("remove", "viadeo", "--quiet")
        assert (outcome.status, len(outcome.errors)) == (1, 2)
        assert outcome.errors[0] == (
            "verbatim-index: what was removed is in the published index until an update succeeds"
        )

    def test_undoing_where_there_is_no_index_makes_none(self, command: Run, index: Path) -> None:
        outcome = command("remove", "--undo", "viadeo")
        assert (outcome.status, len(outcome.errors)) == (1, 1)
        assert "'viadeo' was not removed" in outcome.err
        assert not index.exists()


class TestDamagedIndex:
    @pytest.fixture
    def kept_open(
        self, built: Run, tiny_corpus: Path, settings: Settings, index: Path
    ) -> LiveAssistant:
        """A chat over the second of three generations: it alone holds an article that was removed
        since, and the third, without it, is damaged."""
        text = "---\nid: gare\n---\nLes trains roulent à Évry.\n"
        (tiny_corpus / "gare.md").write_text(text, encoding="utf-8")
        assert built("update", "--quiet").status == 0
        live = LiveAssistant(settings)
        live.current()
        assert "a chat has it open" in built("remove", "gare", "--quiet").err
        damage(current_generation(index))
        return live

    def test_no_generation_with_a_removed_article_is_opened_instead(
        self, kept_open: LiveAssistant, index: Path
    ) -> None:
        first, second, _ = published_generations(index)
        assert open_generation(index, name=second.name).store.known(["gare"])
        assert open_generation(index).folder == first

    def test_no_generation_is_opened_while_the_list_of_removed_articles_is_damaged(
        self, kept_open: LiveAssistant, index: Path
    ) -> None:
        (index / EXCLUDED_FILE).write_text("{", encoding="utf-8")
        with pytest.raises(IndexDamaged, match=STORE_FILE):
            open_generation(index)

    def test_a_chat_does_not_go_on_with_a_removed_article(self, kept_open: LiveAssistant) -> None:
        for _ in range(2):
            with pytest.raises(HoldsRemoved, match=f"{STORE_FILE} is damaged"):
                kept_open.current()

    def test_the_chat_goes_on_once_it_is_repaired(
        self, kept_open: LiveAssistant, command: Run, index: Path
    ) -> None:
        with pytest.raises(HoldsRemoved):
            kept_open.current()
        assert command("update", "--quiet").status == 0
        assert kept_open.current().generation.folder == current_generation(index)
        assert kept_open.problem is None
