"""Follow-up questions are completed from the turn before; the others stay as they are."""

from datetime import date

import pytest

from assistant.followup import is_followup, resolve
from assistant.question import understand
from assistant.types import Turn

TODAY = date(2026, 3, 15)
FRENCH = Turn("Quel groupe a attaqué le ministère tchèque en mai 2025 ?", ("tchequie", "apt31"))
ENGLISH = Turn("Which group hacked the Norwegian parliament in 2021?", ("norvege",))


@pytest.mark.parametrize("question", ["Quand ?", "Pourquoi ?", "Et en 2022 ?", "Et l’Allemagne ?"])
def test_an_ellipsis_is_a_follow_up(question: str) -> None:
    assert is_followup(question, "fr")


@pytest.mark.parametrize(
    "question",
    [
        "A-t-il nié ?",
        "Qu’ont-elles répondu ?",
        "Que lui reproche-t-on ?",
        "Lesquels ont nié hier ?",
    ],
)
def test_a_pronoun_is_a_follow_up(question: str) -> None:
    assert is_followup(question, "fr")


@pytest.mark.parametrize(
    "question",
    ["Qui a commis cette attaque ?", "Quelles étaient ses victimes ?", "Who ran that operation?"],
)
def test_a_demonstrative_or_possessive_is_a_follow_up(question: str) -> None:
    assert is_followup(question, "en" if "Who" in question else "fr")


@pytest.mark.parametrize(
    "question",
    [
        "Y a-t-il eu des arrestations en Finlande ?",
        "Que s’est-il passé au Storting en 2021 ?",
        "Faut-il changer de mot de passe après une fuite de données ?",
        "Existe-t-il une preuve de l’implication de Pékin ?",
    ],
)
def test_an_impersonal_il_refers_to_nothing(question: str) -> None:
    assert not is_followup(question, "fr")


@pytest.mark.parametrize(
    "question",
    [
        "Comment la Chine a-t-elle réagi ?",
        "Comment l’Inde a-t-elle réagi ?",
        "L’Australie a-t-elle réagi ?",
        "Combien de routeurs français ont été compromis en 2021 ?",
        "Quels sont les pays visés par le groupe Salt Typhoon ?",
        "Quelle est la recette de la pâte à crêpes ?",
    ],
)
def test_a_self_sufficient_question_stays_as_it_is(question: str) -> None:
    assert resolve(question, "fr", [FRENCH]) == (question, ())


def test_without_history_nothing_is_completed() -> None:
    assert resolve("Et quand ?", "fr", []) == ("Et quand ?", ())


def test_the_subject_of_the_turn_before_is_carried_over() -> None:
    standalone, _ = resolve("Et quand ?", "fr", [FRENCH])
    assert standalone == "Quand ? (groupe, attaqué, ministère tchèque en mai 2025)"


def test_what_the_follow_up_repeats_is_not_carried_over() -> None:
    standalone, _ = resolve("Et quand ce groupe est-il né ?", "fr", [FRENCH])
    assert standalone == "Quand ce groupe est-il né ? (attaqué, ministère tchèque en mai 2025)"


def test_the_articles_of_the_turn_before_are_carried_over() -> None:
    assert resolve("Et quand ?", "fr", [FRENCH])[1] == ("tchequie", "apt31")


def test_the_date_of_the_turn_before_is_carried_over() -> None:
    (mention,) = understand("Et pourquoi ?", TODAY, [FRENCH]).dates
    assert mention.text == "mai 2025"


def test_only_the_last_turn_is_leaned_on() -> None:
    assert resolve("Et quand ?", "fr", [ENGLISH, FRENCH]) == resolve("Et quand ?", "fr", [FRENCH])


def test_names_are_kept_in_their_own_words() -> None:
    standalone, _ = resolve("Et pourquoi ?", "fr", [Turn("Que reproche l’Anssi à APT31 ?")])
    assert "Anssi" in standalone
    assert "APT31" in standalone


def test_a_standalone_follow_up_can_be_followed_up() -> None:
    standalone, _ = resolve("Et quand ?", "fr", [FRENCH])
    again, _ = resolve("Et pourquoi ?", "fr", [Turn(standalone)])
    assert again == "Pourquoi ? (groupe, attaqué, ministère tchèque en mai 2025)"


@pytest.mark.parametrize(
    "question", ["Why?", "And when did it start?", "Who are its victims?", "What about Finland?"]
)
def test_an_english_follow_up_is_one(question: str) -> None:
    standalone, articles = resolve(question, "en", [ENGLISH])
    assert "Norwegian parliament in 2021" in standalone
    assert articles == ("norvege",)


def test_a_self_sufficient_english_question_stays_as_it_is() -> None:
    question = "What did New Zealand say about the attack?"
    assert resolve(question, "en", [ENGLISH]) == (question, ())


def test_the_question_itself_is_kept_beside_its_standalone_form() -> None:
    asked = understand("Et quand ?", TODAY, [FRENCH])
    assert asked.text == "Et quand ?"
    assert asked.earlier_articles == ("tchequie", "apt31")


@pytest.mark.parametrize(
    "question",
    [
        "Qu’en pense Pékin ?",
        "Que leur reproche Washington ?",
        "Que lui répond Pékin ?",
        "Comment la Chine y a-t-elle répondu ?",
        "Quelle fut la réaction de Pékin à cette accusation ?",
        "Quid de la Norvège ?",
        "Qu’en est-il du Canada ?",
        "How did China respond to it?",
    ],
)
def test_what_refers_to_something_said_before_is_a_follow_up_beside_a_name(question: str) -> None:
    standalone, articles = resolve(question, "en" if "China" in question else "fr", [FRENCH])
    assert "ministère tchèque" in standalone
    assert articles == FRENCH.article_ids


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Qui a visé la France cette année ?", "fr"),
        ("Combien d’élus en ont été victimes en France ?", "fr"),
        ("Quel pays a dit qu’il avait été visé par APT31 ?", "fr"),
        ("Qu’est-ce que le phishing ?", "fr"),
        ("What is phishing?", "en"),
        ("Qui est Poutine ?", "fr"),
        ("Who is Snowden?", "en"),
        ("Macron a-t-il démissionné ?", "fr"),
        ("Combien de policiers ont-ils été blessés pendant les émeutes ?", "fr"),
        ("Quels députés ont dit que leur téléphone avait été piraté par Pegasus ?", "fr"),
        ("Qui a gagné le Tour de France et combien de coureurs y ont participé ?", "fr"),
        ("What is Pegasus and who was targeted by it?", "en"),
        ("How long did it take Airbus to deliver the A400M?", "en"),
        ("Combien de morts en France au cours de ces trois dernières années ?", "fr"),
        ("Le chômage a-t-il baissé en France cette saison ?", "fr"),
        ("So far, how many people died in Gaza?", "en"),
        ("Alors que la guerre continue, combien de soldats sont morts en Ukraine ?", "fr"),
    ],
)
def test_what_it_names_itself_completes_a_question(question: str, language: str) -> None:
    assert resolve(question, language, [FRENCH]) == (question, ())


@pytest.mark.parametrize(
    "question", ["What is his role?", "What is happening?", "C’est quoi la suite ?"]
)
def test_what_an_ellipsis_names_is_no_definition(question: str) -> None:
    assert is_followup(question, "en" if "What" in question else "fr")


def test_words_that_only_hold_those_of_a_date_are_kept() -> None:
    turn = Turn("Quel fichier a été volé hier à Pôle emploi ?")
    assert "fichier" in resolve("Et aujourd’hui ?", "fr", [turn])[0]


def test_a_follow_up_to_a_follow_up_leans_on_both() -> None:
    turns = [Turn("Quand la Tchéquie a-t-elle accusé APT31 ?", ("a",)), Turn("Et pourquoi ?")]
    standalone, articles = resolve("Qui l’a dit ?", "fr", turns)
    assert standalone == "Qui l’a dit ? (Tchéquie, APT31)"
    assert articles == ("a",)


def test_what_was_completed_before_is_not_completed_again() -> None:
    turns = [Turn("Qui dirige la VSSE ?"), Turn("Pourquoi ? (élus, visés)")]
    assert resolve("Quand ?", "fr", turns)[0] == "Quand ? (élus, visés)"


def test_a_date_of_its_own_takes_the_place_of_the_earlier_one() -> None:
    asked = understand("Et en 2022 ?", TODAY, [Turn("Combien d’élus ont été visés en 2021 ?")])
    assert asked.standalone == "En 2022 ? (élus, visés)"
    assert [mention.text for mention in asked.dates] == ["2022"]


def test_of_many_follow_ups_the_oldest_subjects_are_dropped() -> None:
    turn = Turn("Quel groupe a attaqué la Tchéquie ?")
    for number in range(40):
        standalone, _ = resolve(f"Et Ville{number} ?", "fr", [turn])
        turn = Turn(standalone)
    assert standalone.startswith("Ville39 ? (Ville38, Ville37")
    assert len(standalone) < 200


def test_an_endless_earlier_question_adds_little() -> None:
    assert len(resolve("Et lui ?", "fr", [Turn("Prague et Paris, " * 30_000)])[0]) < 200
