"""Feeds fetched into the corpus: what is saved, and what is refused."""

import gzip
import hashlib
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from index.articles import feeds as module
from index.articles.feeds import save_feeds
from index.errors import CorpusError
from tests.feed_site import BREST, LILLE, Site, feed_site, rss, unanswered


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with feed_site() as site:
        yield site


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir(exist_ok=True)
    return tmp_path / "corpus"


def saved(corpus: Path) -> list[Path]:
    """Every file of the corpus, in the order of names."""
    return sorted(path for path in corpus.rglob("*") if path.is_file())


def refused(address: str, corpus: Path) -> str:
    """The reason why the address gives nothing, which leaves nothing behind."""
    (problem,) = save_feeds([address], corpus)
    assert (problem.path, saved(corpus)) == (address, [])
    assert len(problem.reason.splitlines()) == 1
    return problem.reason


class TestSaving:
    def test_a_feed_is_saved_whole_under_its_host_and_the_digest_of_its_address(
        self, site: Site, corpus: Path
    ) -> None:
        address = site.put("/rss", rss(BREST))
        assert save_feeds([address], corpus) == ()
        (file,) = saved(corpus)
        digest = hashlib.sha256(address.encode()).hexdigest()[:8]
        assert file.parent == corpus / "feeds" / f"127.0.0.1-{digest}"
        assert re.fullmatch(r"\d{8}T\d{12}Z\.xml", file.name)
        assert file.read_bytes() == rss(BREST)

    @pytest.mark.parametrize(
        ("address", "host"),
        [
            ("https://日本.example/é", "xn--wgv71a.example"),
            ("https://anne:secret@fanal.example/", "fanal.example"),
            ("http://[2001:db8::1]:8080/", "2001db81"),
            ("http://..%2Ffanal/", "2ffanal"),
        ],
    )
    def test_hosts_of_any_kind_name_a_folder_that_is_seen(self, address: str, host: str) -> None:
        assert re.fullmatch(rf"{re.escape(host)}-[0-9a-f]{{8}}", module._folder_name(address))

    def test_the_site_is_told_who_asks(self, site: Site, corpus: Path) -> None:
        save_feeds([site.put("/rss", rss(BREST))], corpus)
        assert site.agents == [f"verbatim/{version('verbatim')}"]

    def test_what_is_not_new_is_not_saved_again(self, site: Site, corpus: Path) -> None:
        address = site.put("/rss", rss(BREST, LILLE))
        for body in (rss(BREST, LILLE), rss(BREST, LILLE, built="today"), rss(LILLE)):
            site.put("/rss", body)
            assert save_feeds([address], corpus) == ()
        assert [file.read_bytes() for file in saved(corpus)] == [rss(BREST, LILLE)]

    @pytest.mark.parametrize("later", [(LILLE, BREST), (LILLE,), ("Le port de Brest, fermé.",)])
    def test_a_new_or_changed_entry_is_saved_in_a_second_file(
        self, site: Site, corpus: Path, later: tuple[str, ...]
    ) -> None:
        address = site.put("/rss", rss(BREST))
        save_feeds([address], corpus)
        site.put("/rss", rss(*later))
        save_feeds([address], corpus)
        assert [file.read_bytes() for file in saved(corpus)] == [rss(BREST), rss(*later)]

    def test_a_damaged_last_file_is_followed_by_a_sound_one(self, site: Site, corpus: Path) -> None:
        address = site.put("/rss", rss(BREST))
        save_feeds([address], corpus)
        (first,) = saved(corpus)
        first.write_bytes(b"")
        assert save_feeds([address], corpus) == ()
        assert [file.read_bytes() for file in saved(corpus)] == [b"", rss(BREST)]

    def test_redirects_are_followed(self, site: Site, corpus: Path) -> None:
        site.put("/5", rss(BREST))
        for n in range(5):
            site.put(f"/{n}", b"", 302, Location=f"/{n + 1}")
        assert save_feeds([site.put("/0", b"", 301, Location="/1")], corpus) == ()
        assert len(saved(corpus)) == 1

    def test_compressed_content_is_saved_in_clear(self, site: Site, corpus: Path) -> None:
        body = gzip.compress(rss(BREST))
        save_feeds([site.put("/rss", body, Content_Encoding="gzip")], corpus)
        assert [file.read_bytes() for file in saved(corpus)] == [rss(BREST)]

    def test_one_bad_feed_does_not_cost_the_others(self, site: Site, corpus: Path) -> None:
        nobody = unanswered()
        (problem,) = save_feeds([nobody, site.put("/rss", rss(BREST))], corpus)
        assert problem.path == nobody
        assert len(saved(corpus)) == 1


class TestRefusing:
    @pytest.mark.parametrize(
        ("page", "reason"),
        [
            ((404, {}, b""), "HTTP status 404, 200 expected"),
            ((304, {}, b""), "HTTP status 304, 200 expected"),
            ((200, {}, b"<!doctype html><p>Bonjour"), "no RSS or Atom feed, a feed with entries"),
            ((200, {}, b""), "no RSS or Atom feed, a feed with entries"),
            ((200, {}, rss()), "a feed without entry, a feed with entries expected"),
            ((200, {"Content-Encoding": "br"}, b"x"), "encoding 'br', gzip or none expected"),
            ((200, {"Content-Encoding": "gzip"}, b"en clair"), "cannot be fetched (Error -3"),
            (
                (302, {"Location": "file:///etc/hosts"}, b""),
                "/etc/hosts is no usable http or https",
            ),
            (
                (302, {"Location": "http://127.0.0.1:99999/"}, b""),
                "99999/ is no usable http or https",
            ),
            ((302, {"Location": "/rss"}, b""), "more than 5 redirects, a feed expected"),
        ],
    )
    def test_what_is_no_feed_is_one_line(
        self, site: Site, corpus: Path, page: tuple[int, dict[str, str], bytes], reason: str
    ) -> None:
        address = site.put("/rss", b"")
        site.pages["/rss"] = page
        found = refused(address, corpus)
        assert reason in found
        assert found.endswith("; correct the address in [update] feeds, or try again later")

    @pytest.mark.parametrize("address", ["ftp://fanal.example/rss", "rss", "http://", "http://[::"])
    def test_what_is_no_web_address_is_not_asked(self, corpus: Path, address: str) -> None:
        assert re.search("is no usable http or https|cannot be fetched", refused(address, corpus))

    def test_nobody_there(self, corpus: Path) -> None:
        assert refused(unanswered(), corpus).startswith("cannot be fetched (")

    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    def test_too_large_a_feed(
        self, site: Site, corpus: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
    ) -> None:
        body = rss(*[LILLE] * 100)
        monkeypatch.setattr(module, "MAX_BYTES", len(body) - 1)
        sent = gzip.compress(body) if encoding == "gzip" else body
        address = site.put("/rss", sent, Content_Encoding=encoding)
        assert f"over {len(body) - 1:,} bytes, at most as many" in refused(address, corpus)

    def test_too_slow_a_site(
        self, site: Site, corpus: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_MOST_SECONDS", 0)
        address = site.put("/rss", rss(BREST))
        assert refused(address, corpus).startswith("not received within 0 seconds, a feed")

    def test_a_place_that_cannot_be_written(self, site: Site, corpus: Path) -> None:
        (corpus / "feeds").write_text("Un fichier.", encoding="utf-8")
        (problem,) = save_feeds([site.put("/rss", rss(BREST))], corpus)
        assert problem.reason.startswith(f"cannot be saved in {corpus / 'feeds'}")
        assert saved(corpus) == [corpus / "feeds"]

    def test_a_missing_corpus_is_told_before_anything_is_asked(
        self, site: Site, tmp_path: Path
    ) -> None:
        with pytest.raises(CorpusError, match=r"corpus folder .*absent does not exist; make it"):
            save_feeds([site.put("/rss", rss(BREST))], tmp_path / "absent")
        assert site.agents == []
