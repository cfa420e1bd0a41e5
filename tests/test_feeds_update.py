"""Feeds that the settings name: fetched by update, and by nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchfiles import Change

from index.articles import feeds as module
from index.errors import SettingsError
from index.settings import load_settings
from tests.feed_site import BREST, LILLE, NANTES, Site, feed_site, rss, unanswered
from tests.index_command import Outcome, Run


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with feed_site() as site:
        yield site


def name_feeds(folder: Path, *addresses: str) -> None:
    """Name these feeds in the settings of the command that runs in `folder`."""
    with (folder / "verbatim.toml").open("a", encoding="utf-8") as file:
        file.write(f"[update]\nfeeds = {json.dumps(addresses)}\n")


def titles(command: Run) -> set[str]:
    return {line.split("\t")[3] for line in command("list").lines}


class TestUpdate:
    def test_entries_that_left_the_feed_stay_in_the_index(
        self, command: Run, site: Site, tmp_path: Path
    ) -> None:
        name_feeds(tmp_path, site.put("/rss", rss(BREST, LILLE)))
        assert command("update", "--quiet") == Outcome(0, "", "")
        site.put("/rss", rss(NANTES))
        assert command("update", "--quiet") == Outcome(0, "", "")
        assert {"Le port de Brest", "À Lille", "À Nantes"} <= titles(command)

    @pytest.mark.parametrize("undone", [False, True])
    def test_of_a_corrected_entry_the_last_state_counts(
        self, command: Run, site: Site, tmp_path: Path, undone: bool
    ) -> None:
        first, second = "À Brest, le port a rouvert.", "À Brest, le port reste fermé."
        states = (first, second, first) if undone else (first, second)
        name_feeds(tmp_path, site.put("/rss", b""))
        for text in states:
            site.put("/rss", rss(text, LILLE))
            assert command("update", "--quiet") == Outcome(0, "", "")
        (line,) = [line for line in command("list").lines if "À Brest" in line]
        shown = command("show", line.split("\t")[0]).out
        assert states[-1] in shown

    def test_an_unchanged_feed_leaves_the_index_up_to_date(
        self, command: Run, site: Site, tmp_path: Path, index: Path
    ) -> None:
        name_feeds(tmp_path, site.put("/rss", rss(BREST)))
        command("update")
        assert command("update") == Outcome(0, f"{index} is up to date\n", "")
        assert len(site.agents) == 2

    def test_a_feed_out_of_reach_is_told_and_the_rest_indexed(
        self, command: Run, site: Site, tmp_path: Path
    ) -> None:
        nobody = unanswered()
        name_feeds(tmp_path, nobody, site.put("/rss", rss(BREST)))
        for _ in range(2):  # the second time, nothing has changed
            outcome = command("update", "--quiet", "--report", "rapport.json")
            assert (outcome.status, outcome.out, len(outcome.errors)) == (1, "", 1)
            assert outcome.err.startswith(f"verbatim-index: {nobody}: cannot be fetched (")
            report = json.loads((tmp_path / "rapport.json").read_text(encoding="utf-8"))
            assert [problem["path"] for problem in report["problems"]] == [nobody]
        assert "Le port de Brest" in titles(command)

    def test_a_feed_out_of_reach_is_told_though_nothing_is_left_to_index(
        self, command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nobody = unanswered()
        (tmp_path / "vide").mkdir()
        monkeypatch.setenv("VERBATIM_CORPUS", str(tmp_path / "vide"))
        name_feeds(tmp_path, nobody)
        outcome = command("update")
        assert (outcome.status, len(outcome.errors)) == (1, 2)
        assert nobody in outcome.errors[0]
        assert "holds no article" in outcome.errors[1]

    @pytest.mark.parametrize(
        "words", [["update", "--dry-run"], ["build"], ["remove", "viadeo"]], ids=" ".join
    )
    def test_other_commands_fetch_nothing(
        self, built: Run, site: Site, tmp_path: Path, words: list[str]
    ) -> None:
        name_feeds(tmp_path, site.put("/rss", rss(BREST)))
        assert built(*words).status == 0
        assert site.agents == []

    def test_without_the_setting_nothing_is_fetched(
        self, command: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delattr(module, "_fetch")
        assert command("update", "--quiet") == Outcome(0, "", "")

    def test_watching_fetches_at_first_and_after_changes_but_its_own(
        self, command: Run, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name_feeds(tmp_path, site.put("/rss", rss(BREST)))
        own, other = (str(tmp_path / "corpus" / name) for name in ("feeds/a/b.xml", "b.md"))
        bursts = [set[tuple[Change, str]](), {(Change.added, own)}, set(), {(Change.added, other)}]
        asked: list[int] = []

        def watch(*_: object, **__: object) -> Iterator[set[tuple[Change, str]]]:
            for burst in bursts:
                yield burst
                asked.append(len(site.agents))

        monkeypatch.setattr("watchfiles.watch", watch)
        assert command("update", "--watch", "--quiet") == Outcome(0, "", "")
        assert asked == [1, 1, 1, 2]

    def test_the_starter_corpus_is_kept_as_it_came(
        self, command: Run, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("index.settings.starter_corpus", lambda: tmp_path / "corpus")
        name_feeds(tmp_path, site.put("/rss", rss(BREST)))
        outcome = command("update")
        assert (outcome.status, outcome.out, len(outcome.errors)) == (1, "", 1)
        assert "feeds are saved in a corpus of your own, not in" in outcome.err
        assert site.agents == []


class TestSettings:
    def test_the_addresses_are_read(self, tmp_path: Path) -> None:
        name_feeds(tmp_path, "https://fanal.example/rss", "http://[::1]:8080/é")
        feeds = load_settings(start=tmp_path).update.feeds
        assert feeds == ("https://fanal.example/rss", "http://[::1]:8080/é")

    @pytest.mark.parametrize(
        "address",
        ["", "fanal.example/rss", "ftp://fanal.example", "file:///etc/hosts", "https://",
         "https:///rss", "http://[::1", "http://a:99999/", "http://a:x/", "http://a:0/",
         "http://a/\n", "http://a/ b"],
    )  # fmt: skip
    def test_what_is_no_web_address_is_refused(self, tmp_path: Path, address: str) -> None:
        name_feeds(tmp_path, "https://fanal.example/rss", address)
        with pytest.raises(SettingsError) as caught:
            load_settings(start=tmp_path)
        assert f"verbatim.toml: update.feeds holds {address!r}; expected" in str(caught.value)

    @pytest.mark.parametrize("value", ['"https://fanal.example/rss"', "[3]", "true"])
    def test_what_is_no_list_of_addresses_is_refused(self, tmp_path: Path, value: str) -> None:
        (tmp_path / "verbatim.toml").write_text(f"[update]\nfeeds = {value}\n", encoding="utf-8")
        with pytest.raises(SettingsError, match=r"update\.feeds"):
            load_settings(start=tmp_path)
