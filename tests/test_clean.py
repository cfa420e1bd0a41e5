"""Cleaning: one Unicode form, one blank line, furniture out, prose untouched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles.clean import clean, normalise, one_line
from index.furniture import RULES, Place
from index.types import Removal

BEFORE = "Le préfet a répondu jeudi aux élus de Brest."
AFTER = "La réunion doit reprendre lundi matin au port."
FOR_SUBSCRIBERS = "La suite est réservée aux abonnés."


class TestNormalise:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("e\u0301te\u0301", "été"),
            ("un\r\ndeux\rtrois", "un\n\ndeux\n\ntrois"),
            ("un\ndeux", "un\n\ndeux"),
            ("un\n\n\n \t\n\ndeux\n", "un\n\ndeux"),
            ("un\u2028deux\u2029trois\x0cquatre", "un\n\ndeux\n\ntrois\n\nquatre"),
            ("un  \t deux \t\n  trois", "un deux\n\ntrois"),
            ("\ufeffun\x00 \x07deux\x9f", "un deux"),
            ("cyber\xadattaque\u200b", "cyberattaque"),
            ("gauche\u202edroite\u202c", "gauchedroite"),
            ("\xa0\n\u202f\n", ""),
            ("", ""),
        ],
    )
    def test_text_takes_one_form(self, text: str, expected: str) -> None:
        assert normalise(text) == expected

    def test_no_break_spaces_and_typographic_quotes_are_kept(self) -> None:
        text = "«\xa0Oui\xa0», dit-elle\u202f; l’été “1\u202f000” ‘deux’…"
        assert clean(text).text == text

    def test_accents_are_composed_even_when_something_unseen_parts_them(self) -> None:
        assert normalise("e\u200b\u0301") == "é"

    def test_one_line_joins_lines_with_one_space(self) -> None:
        assert one_line(" Brest :\n la  mairie ") == "Brest : la mairie"


FURNITURE = [
    ("paywall", f"Il vous reste 31.5% de cet article à lire. {FOR_SUBSCRIBERS}"),
    ("paywall", "Il vous reste 7,5\xa0% de cet article à lire."),
    ("paywall", FOR_SUBSCRIBERS),
    ("paywall", "Cet article est réservé à nos abonnés."),
    ("paywall", "Abonnez-vous pour lire la suite"),
    ("paywall", "Déjà abonné ? Connectez-vous"),
    ("paywall", "You have 30% of this article left to read. The rest is for subscribers only."),
    ("paywall", "This article is for subscribers only."),
    ("paywall", "Subscribe to continue reading"),
    ("paywall", "To keep reading, please sign in."),
    ("subscriber-label", "Article réservé aux abonnés"),
    ("comments", "Laisser un commentaire"),
    ("comments", "Votre adresse courriel ne sera pas publiée."),
    ("comments", "Leave a Reply"),
    ("comments", "Your email address will not be published. Required fields are marked *"),
    ("comments", "0 Comments"),
    ("comments", "12 commentaires"),
    ("back-to-top", "scroll to top"),
    ("back-to-top", "Bouton retour en haut de la page"),
    ("back-to-top", "Back to top ↑"),
    ("html-remains", "» data-script=\xa0»https://cdn.example/video.js\xa0» >"),
    ("html-remains", 'data-id="42">'),
    ("read-also", "Lire aussi : Le port de Brest ferme ses portes"),
    ("read-also", "À lire aussi Le port ferme : que sait-on ?"),
    ("read-also", "Lire aussi"),
    ("read-also", "Voir aussi : nos archives"),
    ("read-also", "Read more: The harbour closes"),
    ("share", "Partager"),
    ("share", "Partager sur Facebook, Twitter et LinkedIn"),
    ("share", "Share this article"),
    ("share", "Facebook | Twitter | WhatsApp"),
    ("share", "Copier le lien"),
    ("share", "Suivez-nous sur Telegram"),
    ("cookies", "Nous utilisons des cookies pour améliorer votre expérience sur ce site."),
    ("cookies", "We use cookies to give you the best experience on our website."),
    ("cookies", "Tout accepter"),
    ("cookies", "Continuer sans accepter"),
    ("newsletter", "Inscrivez-vous à notre newsletter"),
    ("newsletter", "Abonnez-vous gratuitement à notre lettre d’information pour tout suivre."),
    ("newsletter", "Sign up for our daily newsletter"),
    ("photo-credit", "Crédit photo : Anne Le Goff"),
    ("photo-credit", "Crédits : Marc Petit / AFP"),
    ("photo-credit", "Photo : M. Petit/Reuters"),
    ("photo-credit", "© Anne Le Goff"),
    ("photo-credit", "(Photo by Marc Petit/Getty Images)"),
    ("copyright", "Tous droits réservés."),
    ("copyright", "Le Fanal, all rights reserved"),
    ("advertisement", "La suite après cette publicité"),
    ("advertisement", "Advertisement"),
]

EDGE_FURNITURE = [
    ("close-button", "Close", True, True),
    ("close-button", "Fermer", True, True),
    ("source-link", "source", True, True),
    ("source-link", "Source : https://fanal.example/a", True, True),
    ("section-label", "Nouvelles", True, False),
    ("section-label", "International", True, False),
    ("comments", "Commentaires", False, True),
    ("share", "Facebook", False, True),
]

PROSE = [
    "La source du piratage reste inconnue.",
    "Source de tensions, le projet divise.",
    "Source : le ministère, qui tient les comptes depuis 2019, a confirmé.",
    "Close to the harbour, two boats sank.",
    "Fermer le port coûterait cher, dit la mairie.",
    "Nouvelles tensions à Brest",
    "Les nouvelles sont bonnes.",
    "Laisser un commentaire sur ce forum exposait les élus, selon l’enquête.",
    "Trois commentaires ont suffi à lancer la polémique.",
    "Aucun commentaire.",
    "Lire aussi ces deux livres aide à comprendre.",
    "À lire ces lignes, on comprend la colère des élus.",
    "Partager le pouvoir, c’est aussi le limiter.",
    "Facebook a refusé de répondre.",
    "Share prices fell sharply on Thursday.",
    "Ce site utilise des cookies pour pister ses visiteurs, selon la Cnil.",
    "Nous utilisons des cookies, a reconnu l’entreprise devant le Sénat.",
    "« Nous utilisons des cookies pour améliorer votre expérience », promet le site.",
    "« Inscrivez-vous à notre newsletter », répétait l’animateur.",
    "Abonnez-vous à notre newsletter, disait l’affiche.",
    "La suite est réservée aux historiens.",
    "Il vous reste 20 % de batterie, affichait le téléphone.",
    "Cet article est réservé aux professionnels, précise la loi.",
    "Crédit : les taux remontent",
    "Crédit immobilier en baisse, selon l’AFP.",
    "Crédit : les taux remontent, selon l’AFP",
    "Photo de famille au sommet de l’Otan",
    "La photo a été transmise à l’AFP.",
    "Publicité mensongère : la mairie porte plainte",
    "Le retour en haut de la page a été bref.",
    "L’attribut data-script= a été oublié dans la page.",
    "Tous droits réservés ou non, le texte circule.",
    "Accepter les cookies ne suffit pas, juge la Cnil.",
    "Les Nouvelles, journal local, a fermé.",
    "This article is for subscribers only in name, critics say.",
    "Écrivez à contact@mairie.example pour vous inscrire.",
]


class TestFurniture:
    @pytest.mark.parametrize(("rule", "line"), FURNITURE)
    def test_a_line_of_furniture_is_removed_by_its_rule(self, rule: str, line: str) -> None:
        cleaned = clean(f"{BEFORE}\n\n{line}\n\n{AFTER}")
        assert cleaned.text == f"{BEFORE}\n\n{AFTER}"
        assert cleaned.removed == (Removal(rule, line),)
        assert cleaned.truncated == (rule == "paywall")

    @pytest.mark.parametrize(("rule", "line", "at_start", "at_end"), EDGE_FURNITURE)
    def test_an_edge_rule_applies_at_its_edge_only(
        self, rule: str, line: str, at_start: bool, at_end: bool
    ) -> None:
        removal = (Removal(rule, line),)
        assert clean(f"{line}\n{BEFORE}").removed == (removal if at_start else ())
        assert clean(f"{BEFORE}\n{line}").removed == (removal if at_end else ())
        assert clean(f"{BEFORE}\n{line}\n{AFTER}").removed == ()

    @pytest.mark.parametrize("sentence", PROSE)
    @pytest.mark.parametrize("layout", ["{0}\n\n{1}", "{1}\n\n{0}", "{0}"])
    def test_prose_that_mentions_furniture_stays(self, sentence: str, layout: str) -> None:
        text = layout.format(sentence, AFTER)
        assert (clean(text).text, clean(text).removed) == (text, ())

    @pytest.mark.parametrize("line", [line for _, line in FURNITURE])
    def test_furniture_words_inside_a_sentence_stay(self, line: str) -> None:
        text = f"{BEFORE} Puis on lit ceci\xa0: {line} Voilà ce que montre la capture du site."
        assert clean(text).text == text

    def test_edges_move_inwards_as_furniture_is_peeled_off(self) -> None:
        cleaned = clean(f"Close\n0 Comments\nNouvelles\n{BEFORE}\nsource\nscroll to top\nClose")
        assert cleaned.text == BEFORE
        assert [removal.text for removal in cleaned.removed] == [
            "Close",
            "0 Comments",
            "Nouvelles",
            "source",
            "scroll to top",
            "Close",
        ]

    def test_a_text_made_of_furniture_only_becomes_empty(self) -> None:
        assert clean("Close\nsource\nPartager").text == ""

    def test_every_rule_explains_itself(self) -> None:
        assert all(rule.explanation and isinstance(rule.place, Place) for rule in RULES)


BLURBS = [
    "Zoé - I have 9 years of experience in radio, you can write to me: zoe@fanal.example",
    "J’ai 12 ans d’expérience en radio et vous pouvez m’écrire à zoe@fanal.example.",
]


class TestAuthorBlurb:
    @pytest.mark.parametrize("blurb", BLURBS)
    def test_it_leaves_with_the_name_above_it(self, blurb: str) -> None:
        cleaned = clean(f"{BEFORE}\n\nZoé Le Goff\n\n{blurb}\nscroll to top")
        assert cleaned.text == BEFORE
        assert [removal.rule for removal in cleaned.removed] == [
            "author-blurb",
            "author-blurb",
            "back-to-top",
        ]

    @pytest.mark.parametrize("blurb", BLURBS)
    def test_a_sentence_above_it_stays(self, blurb: str) -> None:
        assert clean(f"{BEFORE}\n{blurb}").text == BEFORE

    @pytest.mark.parametrize("blurb", BLURBS)
    def test_elsewhere_than_at_the_end_it_stays(self, blurb: str) -> None:
        assert clean(f"{blurb}\n{BEFORE}").removed == ()

    def test_a_quoted_witness_with_an_address_stays(self) -> None:
        witness = "« J’ai 12 ans d’expérience, vous pouvez m’écrire à z@a.example », dit-elle."
        assert clean(f"{BEFORE}\n{witness}").removed == ()

    def test_a_name_at_the_end_without_a_blurb_stays(self) -> None:
        assert clean(f"{BEFORE}\nZoé Le Goff").removed == ()


LINES = st.one_of(
    st.text(max_size=60),
    st.sampled_from([line for _, line in FURNITURE] + [line for _, line, *_ in EDGE_FURNITURE]),
    st.sampled_from([*BLURBS, "Zoé Le Goff", "e\u0301", "\u0301", "\u1100\u1161", " \xa0 "]),
)


@given(st.lists(LINES).map("\n".join))
def test_cleaning_is_idempotent_and_normal(text: str) -> None:
    once = clean(text)
    assert clean(once.text).text == once.text
    assert unicodedata.is_normalized("NFC", once.text)
    assert once.text == normalise(once.text)
    assert once.truncated == any(removal.rule == "paywall" for removal in once.removed)


WORDS = "source close nouvelles share comments cookies newsletter «\xa0port\xa0» l’été 1\u202f000 à"
SENTENCES = st.lists(st.sampled_from(WORDS.split(" ")), min_size=3, max_size=30).map(
    lambda words: "Jeudi, " + " ".join(words) + " ont changé."
)


@given(st.lists(SENTENCES, min_size=1).map("\n\n".join))
def test_clean_prose_survives_unchanged(text: str) -> None:
    assert (clean(text).text, clean(text).removed) == (text, ())
