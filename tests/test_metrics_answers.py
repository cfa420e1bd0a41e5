"""Answer metrics: French normalisation, and SQuAD's own script on plain words."""

import re
import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics import answer_words, expected_match, holds, squad_em, squad_f1, token_f1

words = st.sampled_from("serveur pirate Paris 2021 routeur État été cœur l’".split())
texts = st.lists(words, max_size=8).map(" ".join)
plain = st.lists(st.sampled_from("server pirate Paris 2021 router".split()), max_size=8)
marks = st.sampled_from([".", ",", " !", " ?", "\u00a0;", " »", "…", ""])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’État", ["etat"]),
        ("l'État", ["etat"]),
        ("de l’État", ["etat"]),
        ("la police de la ville", ["police", "ville"]),
        ("la ville de Paris", ["ville", "de", "paris"]),
        ("des élus, un préfet et une députée", ["elus", "prefet", "et", "deputee"]),
        ("au début du siècle, aux frontières", ["debut", "siecle", "frontieres"]),
        ("«\u00a0Les\u00a0Échos\u00a0»", ["echos"]),
        ("the Storting", ["storting"]),
        ("à Oslo", ["a", "oslo"]),
        ("un an", ["an"]),
        ("d’un élu", ["d", "elu"]),
        ("aujourd’hui", ["aujourd", "hui"]),
        ("Lens", ["lens"]),
        ("1\u202f700 employés", ["1700", "employes"]),
        ("1.700 ; 1 700 ; 1,700", ["1700", "1700", "1700"]),
        ("250\u00a0000 000", ["250000000"]),
        ("49,62\u00a0%", ["49.62"]),
        ("0.500", ["0.500"]),
        ("192.168.10.100", ["192.168.10.100"]),
        ("en 2018, 300 élus", ["en", "2018", "300", "elus"]),
        ("2018 300", ["2018", "300"]),
        ("U.S. et É.-U.", ["us", "et", "e", "u"]),
        ("Île-de-France", ["ile", "de", "france"]),
        ("cœur", ["coeur"]),
        ("…", []),
    ],
)
def test_words_of_a_french_answer(text: str, expected: list[str]) -> None:
    assert answer_words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "held"),
    [
        ("évalué à 1\u202f700 employés", "1 700", True),
        ("évalué à 1700 employés", "1 700", True),
        ("évalué à 11 700 employés", "1 700", False),
        ("évalué à 1 700 000 employés", "1 700", False),
        ("le groupe APT31", "APT3", False),
        ("le groupe APT31.", "apt31", True),
        ("d’après l’Élysée", "Elysée", True),
        ("les routeurs", "routeur", False),
        ("environ 3,5 millions", "3.5", True),
        ("environ 3,5 millions", "5", False),
        ("environ 3,5 millions", "3", False),
        ("en 2021.", "2021", True),
        ("«\u00a0jamais vu\u00a0»", "Jamais\u00a0vu", True),
        ("49,62\u00a0%", "49,62 %", True),
        ("a (b", "(b", True),
    ],
)
def test_expected_words_are_held_as_whole_words(text: str, expected: str, held: bool) -> None:
    assert holds(text, expected) is held


@pytest.mark.parametrize("nothing", ["", " ", "…", "«\u00a0»"])
def test_expected_words_without_a_letter_are_refused(nothing: str) -> None:
    with pytest.raises(ValueError, match="no letter or digit"):
        holds("texte", nothing)


def test_any_expected_string_will_do_unless_all_are_required() -> None:
    text = "Pékin nie, Londres accuse."
    assert expected_match(text, ["Pékin", "Oslo"]) == 1
    assert expected_match(text, ["Pékin", "Oslo"], all_of=True) == 0
    assert expected_match(text, ["Pékin", "Londres"], all_of=True) == 1
    assert expected_match(text, ["Oslo"]) == 0
    assert expected_match(text, []) is None


def test_token_f1_by_hand() -> None:
    # Common: le once, chat twice (the lesser counts), 3; F1 = 2·3 / (4 + 5) = 2/3.
    ours, theirs = "le chat chat noir".split(), "le le chat chat blanc".split()
    assert token_f1(ours, theirs) == pytest.approx(2 / 3)
    assert token_f1([], []) == 1
    assert token_f1([], ["le"]) == 0


def test_squad_scores_take_the_best_expected_string() -> None:
    expected = ["le groupe APT31", "Judgment Panda"]
    assert squad_em("Groupe APT31", expected) == 1
    # apt31 of apt31 (1) against groupe apt31 (2): 2·1 / (1 + 2).
    assert squad_em("APT31", expected) == 0
    assert squad_f1("APT31", expected) == pytest.approx(2 / 3)
    assert squad_f1("", expected) == 0


def test_without_highlight_or_expectation_nothing_is_applicable() -> None:
    for metric in (squad_em, squad_f1):
        assert metric(None, ["APT31"]) is None
        assert metric("APT31", []) is None


@given(texts, st.lists(texts, min_size=1, max_size=4))
def test_squad_scores_are_shares_and_f1_is_never_below_em(
    prediction: str, expected: list[str]
) -> None:
    exact, f1 = squad_em(prediction, expected), squad_f1(prediction, expected)
    assert exact is not None
    assert f1 is not None
    assert 0 <= exact <= f1 <= 1
    assert squad_f1(prediction, expected[::-1]) == f1


@given(texts, texts, marks)
def test_case_marks_and_spaces_do_not_matter(ours: str, theirs: str, mark: str) -> None:
    dressed = ours.upper().replace(" ", " \u00a0") + mark
    assert squad_f1(dressed, [theirs]) == squad_f1(ours, [theirs])


@given(plain, plain)
def test_token_f1_is_symmetric_and_blind_to_order(ours: list[str], theirs: list[str]) -> None:
    assert token_f1(ours, theirs) == token_f1(theirs, ours) == token_f1(ours[::-1], theirs)
    assert (token_f1(ours, theirs) == 1) == (Counter(ours) == Counter(theirs))


@given(plain, plain, marks.filter(lambda mark: mark in string.punctuation))
def test_the_squad_script_agrees_on_plain_words(
    ours: list[str], theirs: list[str], mark: str
) -> None:
    # Words on which the two normalisations do not differ; the script's procedure, rewritten.
    def normalised(text: str) -> str:
        kept = "".join(c for c in text.lower() if c not in string.punctuation)
        return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())

    prediction, gold = "the " + " ".join(ours) + mark, " ".join(theirs)
    predicted, right = normalised(prediction).split(), normalised(gold).split()
    common = sum((Counter(predicted) & Counter(right)).values())
    if not predicted or not right:
        expected = float(predicted == right)
    elif not common:
        expected = 0.0
    else:
        precision, recall = common / len(predicted), common / len(right)
        expected = 2 * precision * recall / (precision + recall)
    assert squad_em(prediction, [gold]) == (normalised(prediction) == normalised(gold))
    assert squad_f1(prediction, [gold]) == pytest.approx(expected)


@given(texts.filter(lambda text: bool(answer_words(text))), texts, texts)
def test_a_text_holds_any_run_of_its_own_words(inside: str, before: str, after: str) -> None:
    assert holds(f"{before} ; {inside} ; {after}", inside)
