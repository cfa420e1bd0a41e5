"""What saved pages state about themselves, with its origin, and what is never guessed."""

import json
from pathlib import Path

import pytest

from index.dates import PartialDate
from index.readers import html
from index.readers.options import ReaderOptions
from index.types import RawDocument

BODY = "<article><p>La direction du port a répondu. Elle conteste le plan de l’État.</p></article>"
DAY = PartialDate(2024, 5, 6)
CANONICAL = "<link rel='alternate canonical' href='https://fanal.example/b'>"
DATES = (
    "2024-05-06",
    "2024-05-06T23:30:00+02:00",
    "2024/05/06 10:00",
    "20240506T1000Z",
    "6 May 2024 10:00:00 GMT",
    "Mon, 06 May 2024 23:30:00 -0800",
)
NO_DATES = (
    "06/05/2024",
    "hier",
    "2024-02-30",
    "2024 peut-être",
    "1715000000",
    "0001-01-01T00:00:00",
    "1970-01-01T00:00:00Z",
)


def read(head: str, tmp_path: Path, body: str = "", attributes: str = "") -> RawDocument:
    path = tmp_path / "a.html"
    content = f"<html {attributes}><head>{head}</head><body>{BODY}{body}</body></html>"
    path.write_text(content, encoding="utf-8")
    (raw,) = html.read(path, "a.html", ReaderOptions())
    return raw


def linked(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def article(**facts: object) -> str:
    return linked({"@context": "https://schema.org", "@type": "NewsArticle", **facts})


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


class TestLinkedData:
    def test_every_field_is_read_with_its_origin(self, tmp_path: Path) -> None:
        head = article(
            headline="Brest\u00a0: le port répond",
            author=[{"@type": "Person", "name": "Anne Le Goff"}, {"name": "Marc Petit"}],
            publisher={"@type": "NewsMediaOrganization", "name": "Le Fanal"},
            datePublished="2024-05-06T08:00:00Z",
            dateModified="2024-05-07T09:30:00+02:00",
            url="https://fanal.example/brest",
        )
        fields = read(head, tmp_path, attributes='lang="fr-FR"').fields
        assert (fields.title, fields.outlet) == ("Brest\u00a0: le port répond", "Le Fanal")
        assert fields.authors == ("Anne Le Goff", "Marc Petit")
        assert (fields.published, fields.updated) == (DAY, PartialDate(2024, 5, 7))
        assert (fields.language, fields.url) == ("fr", "https://fanal.example/brest")
        assert dict(fields.origins) == {
            **dict.fromkeys("title outlet authors published updated url".split(), "JSON-LD"),
            "language": "html lang",
        }

    @pytest.mark.parametrize(
        "value",
        [
            [{"@type": "WebSite", "name": "x"}, {"@type": "Article", "headline": "Vrai"}],
            {
                "@graph": [
                    {"@type": "WebPage"},
                    {"@type": ["X", "OpinionNewsArticle"], "name": "Vrai"},
                ]
            },
            {"@type": "WebPage", "mainEntity": {"@type": "schema:BlogPosting", "headline": "Vrai"}},
            {"@type": "http://schema.org/ReportageNewsArticle", "headline": "Vrai"},
        ],
    )
    def test_the_article_is_found_among_other_objects(self, value: object, tmp_path: Path) -> None:
        assert read(linked(value), tmp_path).fields.title == "Vrai"

    def test_persons_cited_by_their_id_are_named(self, tmp_path: Path) -> None:
        graph = [{"@type": "Article", "author": {"@id": "#a"}}, {"@id": "#a", "name": "Anne"}]
        assert read(linked({"@graph": graph}), tmp_path).fields.authors == ("Anne",)

    def test_the_address_of_an_author_is_no_name(self, tmp_path: Path) -> None:
        head = article(author=["https://fanal.example/anne", "Anne", "Anne"])
        assert read(head, tmp_path).fields.authors == ("Anne",)

    def test_html_entities_in_a_headline_are_read(self, tmp_path: Path) -> None:
        head = article(headline="L&#8217;État &amp;&nbsp;Brest")
        assert read(head, tmp_path).fields.title == "L’État &\u00a0Brest"

    def test_a_damaged_block_is_told_and_the_rest_still_read(self, tmp_path: Path) -> None:
        head = '<script type="application/ld+json">{"a": </script>' + meta("og:title", "Brest")
        raw = read(head, tmp_path)
        assert raw.fields.title == "Brest"
        assert raw.warnings == ("a JSON-LD block is not valid JSON; its facts are not used",)

    @pytest.mark.parametrize(
        "block", ["[" * 100_000, '{"@graph":' * 100_000, "<![CDATA[ 1 ]]>", "9" * 5_000, "[null]"]
    )
    def test_a_hostile_block_does_not_stop_the_page(self, block: str, tmp_path: Path) -> None:
        head = f'<script type="application/ld+json">{block}</script>' + meta("og:title", "Brest")
        assert read(head, tmp_path).fields.title == "Brest"

    @pytest.mark.parametrize("value", [1, None, [], {}, [[]], {"@id": []}, [{"name": {}}]])
    def test_a_value_of_another_kind_states_nothing(self, value: object, tmp_path: Path) -> None:
        head = article(headline=value, author=value, publisher=value, url=value, hasPart=value)
        fields = read(head, tmp_path).fields
        assert (fields.title, fields.authors, fields.outlet, fields.url) == (None, (), None, None)


class TestPaywall:
    @pytest.mark.parametrize("value", [False, "False", "false", "http://schema.org/False"])
    def test_a_page_that_is_not_free_is_told(self, value: object, tmp_path: Path) -> None:
        (warning,) = read(article(isAccessibleForFree=value), tmp_path).warnings
        assert warning.startswith("the page says that it is not accessible for free")

    def test_a_part_that_is_not_free_is_told(self, tmp_path: Path) -> None:
        head = article(hasPart={"@type": "WebPageElement", "isAccessibleForFree": False})
        assert "isAccessibleForFree" in read(head, tmp_path).warnings[0]

    @pytest.mark.parametrize("value", [True, "True", None])
    def test_a_free_page_has_no_warning(self, value: object, tmp_path: Path) -> None:
        assert read(article(isAccessibleForFree=value), tmp_path).warnings == ()


class TestMetaElements:
    @pytest.mark.parametrize(
        ("head", "field", "value", "origin"),
        [
            (meta("og:title", "Brest"), "title", "Brest", "og:title"),
            ("<meta name=twitter:title content=Brest>", "title", "Brest", "twitter:title"),
            ("<title>Brest</title>", "title", "Brest", "title"),
            (meta("og:site_name", "Le Fanal"), "outlet", "Le Fanal", "og:site_name"),
            ("<meta name=author content='Anne Le Goff'>", "authors", ("Anne Le Goff",), "author"),
            (meta("og:locale", "fr_FR"), "language", "fr", "og:locale"),
            (CANONICAL, "url", "https://fanal.example/b", "link rel=canonical"),
            (meta("og:url", "http://a.example/b"), "url", "http://a.example/b", "og:url"),
            (meta("article:published_time", "2024-05-06"), "published", DAY, None),
            (
                meta("og:article:published_time", "2024-05-06T23:59:00-08:00"),
                "published",
                DAY,
                None,
            ),
            (meta("article:modified_time", "20240506"), "updated", DAY, None),
            (meta("dc.date.issued", "2024-05"), "published", PartialDate(2024, 5), None),
        ],
    )
    def test_a_field_is_read_with_its_origin(
        self, head: str, field: str, value: object, origin: str | None, tmp_path: Path
    ) -> None:
        fields = read(head, tmp_path).fields
        named = origin or head.split('"')[1]
        assert (getattr(fields, field), fields.origins) == (value, ((field, named),))

    def test_linked_data_goes_before_meta_elements(self, tmp_path: Path) -> None:
        head = meta("og:title", "Autre") + article(headline="Brest")
        assert read(head, tmp_path).fields.title == "Brest"

    def test_the_only_main_heading_is_a_title(self, tmp_path: Path) -> None:
        raw = read("<title>Site</title>", tmp_path, body="<h1>Brest <b>répond</b></h1>")
        assert (raw.fields.title, raw.fields.origins) == ("Brest répond", (("title", "h1"),))

    def test_the_outlet_is_taken_off_the_title(self, tmp_path: Path) -> None:
        head = meta("og:title", "Brest répond - Le Fanal") + meta("og:site_name", "Le Fanal")
        assert read(head, tmp_path).fields.title == "Brest répond"

    def test_a_page_that_states_nothing_has_no_field(self, tmp_path: Path) -> None:
        raw = read("", tmp_path)
        assert (raw.fields.origins, raw.warnings, raw.fields.published) == ((), (), None)


class TestDates:
    @pytest.mark.parametrize("text", DATES)
    def test_the_day_is_the_one_written(self, text: str, tmp_path: Path) -> None:
        assert read(article(datePublished=text), tmp_path).fields.published == DAY

    @pytest.mark.parametrize("text", NO_DATES)
    def test_what_is_no_date_is_told_and_not_taken(self, text: str, tmp_path: Path) -> None:
        raw = read(article(datePublished=text), tmp_path)
        assert raw.fields.published is None
        assert raw.warnings == (f"published: {text!r} in JSON-LD, a date as 2024-05-06 expected",)

    @pytest.mark.parametrize(
        "markup",
        [
            '<time itemprop="datePublished" datetime="2024-05-06">lundi</time>',
            '<meta itemprop="datePublished" content="2024-05-06T10:00">',
            '<time pubdate datetime="2024-05-06"></time>',
            '<time class="entry-date published" datetime="2024-05-06T10:00:00+02:00"></time>',
        ],
    )
    def test_a_time_marked_as_the_publication_is_one(self, markup: str, tmp_path: Path) -> None:
        fields = read("", tmp_path, body=markup).fields
        assert fields.published == DAY
        assert fields.origins == (("published", "markup datePublished"),)

    @pytest.mark.parametrize(
        "body",
        [
            '<p>Publié le 6 mai 2024.</p><time datetime="2024-05-06">6 mai</time>',
            "<time pubdate datetime='2024-05-06'>a</time><time pubdate datetime='2024'>b</time>",
            '<a href="/2024/05/06/brest">suite</a>',
        ],
    )
    def test_a_date_of_the_text_or_of_several_articles_is_not_taken(
        self, body: str, tmp_path: Path
    ) -> None:
        head = "<link rel=canonical href='https://fanal.example/2024/05/06/brest'>"
        assert read(head, tmp_path, body=body).fields.published is None


class TestAddresses:
    @pytest.mark.parametrize(
        "address", ["javascript:alert(1)", "file:///etc/passwd", "/brest", "https://", "http://[x"]
    )
    def test_an_address_not_of_the_web_is_told_and_not_taken(
        self, address: str, tmp_path: Path
    ) -> None:
        raw = read(f'<link rel="canonical" href="{address}">', tmp_path)
        assert raw.fields.url is None
        assert raw.warnings == (
            f"url: {address!r} in link rel=canonical, an http or https address expected",
        )

    def test_the_next_usable_address_is_taken_in_place_of_a_bad_one(self, tmp_path: Path) -> None:
        head = '<link rel="canonical" href="/b">' + meta("og:url", "https://fanal.example/b")
        raw = read(head, tmp_path)
        assert (raw.fields.url, raw.warnings) == ("https://fanal.example/b", ())

    def test_a_value_of_a_thousand_characters_is_none(self, tmp_path: Path) -> None:
        raw = read(meta("og:url", f"https://fanal.example/{'a' * 1_000}"), tmp_path)
        assert (raw.fields.url, len(raw.warnings)) == (None, 1)
