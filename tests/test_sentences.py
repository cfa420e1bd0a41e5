"""Sentence boundaries in French and English press text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.sentences import sentences

# Each list is the sentences expected of them joined by a space.
TRAPS = [
    ["M. Dupont est arrivé.", "Il a parlé."],
    ["MM. Dupont et Durand sont là.", "Ils parlent."],
    ["Mme Royal est venue.", "Elle part."],
    ["Selon Mme. Le Pen, non.", "Elle part."],
    ["Mme. Le Pen a dit non.", "Elle part."],
    ["Le Dr. House et le Pr. Martin sont là.", "Ils parlent."],
    ["Me. Martin plaide.", "Il gagne."],
    ["Le gén. Dupuy et le lt. Morel sont là.", "Ils partent."],
    ["Selon l’art. 5 du code, rien ne change.", "C’est tout."],
    ["Voir le vol. II du rapport.", "Il est long."],
    ["Il aime l’art.", "Il peint."],
    ["Elle a revu son ex.", "Il va bien."],
    ["Le 12 janv. 2024, il vint.", "Il vit."],
    ["Né en oct. 1990 à Rome, il vit ici.", "Il est seul."],
    ["Des pommes, etc. sont vendues.", "Le marché ferme."],
    ["F.-X. Bellamy a porté plainte.", "Il attend."],
    ["J.-P. Morel et J. Martin sont élus.", "Ils sont deux."],
    ["Il y a 4.000 cadres.", "Tous partent."],
    ["Il a eu 49.62 % des voix.", "Elle a perdu."],
    ["Il en a vendu 5 p. 100.", "C’est peu."],
    ["Av. J.-C. il y avait Rome.", "Puis rien."],
    ["« Nous partons. Nous reviendrons. »", "Il est parti."],
    ["Il dit : « Nous partons. Nous reviendrons », avant de sortir.", "Puis rien."],
    ["«\u00a0Vraiment\u202f?\u202f» demande-t-il.", "Oui."],
    ["« Un. »", "« Deux. »", "Trois."],
    ["Il dit : « Oui. »", "Elle dit : « Non. »"],
    ["“We left. We came back.”", "He said so."],
    ['She said: "We left. We came back."', "He did not."],
    ["Il hésite… puis il part.", "Elle reste."],
    ["Il se tut... mais revint.", "Elle reste."],
    ["Vraiment ?", "Oui !", "Non."],
    ["(Il part. Il vient.)", "Elle reste."],
    ["The U.S. Department of Justice said so.", "It was late."],
    ["Mr. Smith met Mrs. Jones and Sen. Doe.", "They spoke."],
    ["He said no.", "She left."],
    ["The firm No. 5 won.", "It paid."],
    ["Le site www.exemple.fr est hors ligne.", "Il reviendra."],
    ["Le débat fut long.", "Œuvre de paix, il dura."],
]


def cut(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in sentences(text)]


@pytest.mark.parametrize("expected", TRAPS, ids=[" ".join(trap)[:40] for trap in TRAPS])
def test_boundaries_are_those_a_reader_sees(expected: list[str]) -> None:
    assert cut(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["Il a dit «\u00a0non\u00a0».", "Puis il est parti."],
        ["Elle cite «\u00a0A\u00a0» et «\u00a0B\u00a0».", "«\u00a0C\u00a0», dit-il.", "Fin."],
        ["Vraiment «\u00a0oui\u00a0»\u202f!", "Prague répond."],
        ["Trois «\u00a0cadres\u00a0».", "45 élus partent."],
    ],
)
def test_a_full_stop_after_a_quotation_ends_the_sentence(expected: list[str]) -> None:
    assert cut(" ".join(expected)) == expected


def test_word_that_begins_with_a_ligature_continues_the_sentence() -> None:
    assert cut("Selon cf. œuvre citée. Fin.") == ["Selon cf. œuvre citée.", "Fin."]


def test_paragraphs_end_sentences() -> None:
    assert cut("Sans point\n\nNi ici") == ["Sans point", "Ni ici"]


def test_line_break_inside_a_paragraph_ends_nothing() -> None:
    assert cut("Une phrase\nsur deux lignes. Une autre.") == [
        "Une phrase\nsur deux lignes.",
        "Une autre.",
    ]


def test_quotation_left_open_is_cut_at_its_full_stops() -> None:
    assert cut("« Nous partons. Nous reviendrons. Il dort.") == [
        "« Nous partons.",
        "Nous reviendrons.",
        "Il dort.",
    ]


def test_quotation_left_open_is_not_closed_by_the_next_paragraph() -> None:
    assert cut("« Nous partons. Il dort.\n\nElle dit « oui ».")[0] == "« Nous partons."


def test_long_quotation_is_cut_at_its_full_stops() -> None:
    sentence = "Nous avons longuement parlé de tout cela avec nos amis. "  # 56 characters
    assert len(cut(f"« {sentence * 10}»")) > 5


def headings(text: str) -> list[bool]:
    return [sentence.heading for sentence in sentences(text)]


def test_short_line_without_full_stop_is_a_heading() -> None:
    assert headings("Une riposte graduée\n\nBruxelles a réagi.") == [True, False]


@pytest.mark.parametrize(
    "line",
    [
        "Une phrase complète.",
        "Vraiment\u202f?\u202f»",
        "Les points suivants\u00a0:",
        "un élément de liste\u00a0;",
        "Sur deux\nlignes",
        "x" * 121,
    ],
)
def test_other_lines_are_no_headings(line: str) -> None:
    assert headings(line) == [False]


PRESS_TEXT = st.lists(
    st.sampled_from(
        [*"aébÉZ0«»“”\"'’.,;:!?…()-%\n \u00a0\u202f\t", "M. ", "art. ", ". Il ", " 4.000 ", "\n\n"]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=200)
@given(st.one_of(PRESS_TEXT, st.text(max_size=80)))
def test_every_visible_character_is_in_exactly_one_sentence_in_order(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(text[s.start : s.end].split()) for s in found) == "".join(text.split())
    ends = [0, *(sentence.end for sentence in found)]
    assert all(end <= s.start < s.end for end, s in zip(ends, found, strict=False))


@settings(max_examples=100)
@given(PRESS_TEXT)
def test_no_sentence_starts_or_ends_with_white_space(text: str) -> None:
    assert all(sentence == sentence.strip() for sentence in cut(text))
