"""How alike texts are, and the original of each in a crowd of articles that fill in one form."""

import hashlib

import numpy as np
import pytest

from index.articles import similarity as module
from index.articles.similarity import Compared, Originals, signature
from tests.test_duplicates import HARBOUR, UNRELATED, similarity

FORM = (
    "Résultats officiels du second tour dans la commune de {name}\u00a0: la liste menée par la "
    "maire sortante recueille {first} voix, celle de son adversaire {second} voix. Le bureau "
    "central a clos ses opérations à la tombée de la nuit, en présence des délégués et de quelques "
    "habitants venus écouter la proclamation dans la salle des fêtes. Aucune réclamation n’a été "
    "portée au procès-verbal. Le conseil municipal se réunira au cours de la semaine pour élire "
    "son exécutif, comme le veut la loi, sous la présidence du doyen des conseillers élus. "
) + UNRELATED
NAMES = ("Plouézec", "Cancale", "Étretat", "L’Île-d’Yeu", "Sète", "Aÿ", "Œuilly")


def compared(text: str, outlet: str = "le quai", day: int | None = None) -> Compared:
    first, last = (day, day) if day else (1, 3_652_059)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Compared(digest, signature(text), outlet, first, last)


def results(number: int) -> str:
    """Of one town: figures that no other has."""
    name = f"{NAMES[number % 7]} {NAMES[number // 7 % 7]}"
    return FORM.format(name=name, first=10_000 + number, second=90_000 - number)


def originals_of(articles: list[Compared]) -> list[int | None]:
    originals = Originals(articles)
    return [originals.of(position) for position in range(len(articles))]


class TestSignature:
    def test_it_is_the_same_in_every_process_and_release(self) -> None:
        found = hashlib.sha256(signature(UNRELATED)).hexdigest()
        assert found == "b796c1251a9eab4ad39985960c51a00ca38213d99eef83b85492e85e7dadca4f"

    def test_case_punctuation_and_spaces_do_not_change_it(self) -> None:
        shouted = HARBOUR.upper().replace("«\u00a0", "“").replace("\u00a0»", "”").replace(" ", "\n")
        assert signature(shouted) == signature(HARBOUR)

    def test_it_estimates_the_share_of_common_runs_of_five_words(self) -> None:
        words = [f"mot{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(400)]
        other = words[:300] + [word[::-1] for word in words[300:]]
        # Each has 396 runs; 296 are common to both: 296 / (2 * 396 - 296) = 0.597.
        found = similarity(signature(" ".join(words)), signature(" ".join(other)))
        assert found == pytest.approx(0.597, abs=0.1)

    def test_unrelated_articles_have_nothing_in_common(self) -> None:
        assert similarity(signature(HARBOUR), signature(UNRELATED)) == 0

    def test_a_text_below_forty_words_has_none(self) -> None:
        assert [len(signature("mot " * words)) for words in (39, 40)] == [0, 1024]

    def test_a_text_longer_than_a_batch_is_read_to_its_end(self) -> None:
        words = [str(n) for n in range(6_000)]
        assert signature(" ".join(words))[:1024] != signature(" ".join(words[:5_000]))[:1024]


class TestCrowd:
    def test_towns_with_figures_of_their_own_are_all_kept(self) -> None:
        articles = [compared(results(number)) for number in range(60)]
        assert similarity(articles[0].signature, articles[1].signature) > 0.8
        assert originals_of(articles) == [None] * 60

    def test_figures_are_compared_only_where_they_may_be_the_same(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compared_with: list[Compared] = []
        figures = module._figures

        def counted(article: Compared) -> frozenset[bytes]:
            compared_with.append(article)
            return figures(article)

        monkeypatch.setattr(module, "_figures", counted)
        originals_of([compared(results(number)) for number in range(200)])
        # Each with each would be 19,900; each article's own are asked once.
        assert len(compared_with) - 200 < 400

    def test_a_copy_is_found_among_more_than_are_compared(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_CROWD", 5)
        towns = [f"{results(number)} {HARBOUR[number : number + 99]}" for number in range(40)]
        articles = [compared(town) for town in towns]
        articles += [compared(f"(Agence) {town}", "la criée") for town in towns]
        assert originals_of(articles) == [None] * 40 + list(range(40))

    def test_of_a_crowd_the_last_in_order_are_compared(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_CROWD", 2)
        weeks = [compared(UNRELATED, "la criée", 100 + 30 * n) for n in range(4)]
        asked = [compared(UNRELATED, day=100 + 30 * n) for n in range(4)]
        assert originals_of(weeks + asked[2:]) == [None] * 4 + [2, 3]
        assert originals_of(weeks + asked[:1]) == [None] * 5

    def test_an_article_that_is_a_copy_takes_no_place_in_a_crowd(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_CROWD", 1)
        articles = [compared(UNRELATED, f"journal {n}") for n in range(5)]
        assert originals_of(articles) == [None, 0, 0, 0, 0]

    def test_short_texts_without_a_signature_are_found_by_their_words(self) -> None:
        short = [compared("Circulation coupée rue du Moulin.", outlet) for outlet in "ab"]
        assert originals_of([*short, compared("Circulation rétablie.", "c")]) == [None, 0, None]

    def test_bands_hold_every_near_duplicate(self) -> None:
        minima = np.frombuffer(signature(HARBOUR), "<u4")[:256].copy()
        minima[np.arange(51) * 4] ^= 1  # one in each of 51 bands
        first = compared(HARBOUR)
        other = Compared("autre", minima.tobytes(), "la criée", first.first, first.last)
        assert originals_of([first, other]) == [None, 0]
