"""Furniture of French and English sites, rule by rule, and prose of nearly the same shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles.clean import clean
from index.types import Removal

BEFORE = "Le préfet a répondu jeudi aux élus de Brest."
AFTER = "La réunion doit reprendre lundi matin au port."

FURNITURE = [
    ("paywall", "Il vous reste 74,12\xa0% de l’article à découvrir"),
    ("paywall", "75 % de cet article restant"),
    ("paywall", "40\u202f% restants à lire"),
    ("paywall", "Lire la suite – Réservé aux abonnés"),
    ("paywall", "Abonnez-vous pour lire cet article en entier"),
    ("paywall", "Connectez-vous pour accéder à l’intégralité de l’article."),
    ("paywall", "Créez un compte gratuit pour lire la suite"),
    ("paywall", "Vous avez atteint votre limite d’articles gratuits."),
    ("paywall", "Subscribe to continue"),
    ("paywall", "Subscribe now to read the full story"),
    ("paywall", "75% of this article remaining"),
    ("paywall", "You’ve reached your monthly limit of free articles."),
    ("subscriber-label", "Réservé aux abonnés"),
    ("subscriber-label", "Subscribers only"),
    ("subscription", "Je m’abonne"),
    ("subscription", "S'abonner"),
    ("subscription", "Abonnez-vous dès 1 € par mois"),
    ("subscription", "À partir de 5,99\xa0€ par mois, sans engagement"),
    ("subscription", "Découvrez nos offres d’abonnement"),
    ("subscription", "Accédez à tous nos contenus en illimité"),
    ("subscription", "Subscribe now"),
    ("subscription", "Start your free trial"),
    ("cookies", "Nous et nos 812 partenaires stockons des informations sur votre appareil."),
    ("cookies", "We and our partners store and access information on your device."),
    ("cookies", "Pour lire cette vidéo, vous devez accepter le dépôt de cookies."),
    ("cookies", "Accepter et continuer"),
    ("cookies", "Personnaliser mes choix"),
    ("cookies", "Gérer le consentement aux cookies"),
    ("cookies", "Only necessary cookies"),
    ("newsletter", "Recevez chaque matin l’essentiel de l’actualité dans votre boîte mail."),
    ("newsletter", "Get the latest headlines delivered to your inbox"),
    ("newsletter", "Saisissez votre adresse e-mail"),
    ("newsletter", "Vous pouvez vous désinscrire à tout moment."),
    ("newsletter", "Thank you for subscribing!"),
    ("read-also", "Sur le même sujet"),
    ("read-also", "Sur le même sujet : Le port de Brest ferme"),
    ("read-also", "Articles similaires"),
    ("read-also", "Vous aimerez aussi"),
    ("read-also", "Les plus lus"),
    ("read-also", "Related articles"),
    ("read-also", "More on this story"),
    ("read-also", "You may also like"),
    ("comments", "Commentaires (12)"),
    ("comments", "Voir les 12 commentaires"),
    ("comments", "Connectez-vous pour commenter"),
    ("comments", "Les commentaires sont fermés."),
    ("comments", "Join the conversation"),
    ("comments", "Sign in to comment"),
    ("share", "Cliquez pour partager sur Facebook(ouvre dans une nouvelle fenêtre)"),
    ("share", "Click to share on X (Opens in new window)"),
    ("share", "Offrir cet article"),
    ("share", "Ajouter à vos favoris"),
    ("share", "Save this article"),
    ("photo-credit", "AFP/Marc Petit"),
    ("photo-credit", "Photo d’illustration."),
    ("photo-credit", "Photo DR"),
    ("photo-credit", "File photo"),
    ("photo-credit", "Le port de Brest, le 6 mai 2024. MARC PETIT / AFP"),
    ("photo-credit", "Le port de Brest au petit matin. (Photo Marc Petit/AFP)"),
    ("photo-credit", "The harbour at dawn. (AP Photo/Jane Roe)"),
    ("photo-credit", "A minister in Brest (Photo by Jane Roe/Getty Images)"),
]

PROSE = [
    "Il reste 31 % de cet article de loi à voter.",
    "75 % restants : la part de l’État",
    "40 % restent à trouver.",
    "La lecture de cet article est réservée aux initiés.",
    "Abonnez-vous pour lire, répète l’affiche du kiosque.",
    "Subscribe to continue, the banner said.",
    "Réservé aux abonnés de la ligne, le quai a fermé.",
    "S’abonner coûte désormais deux fois plus cher.",
    "À partir de 9,99 € par mois",
    "Abonnez-vous dès 1 € par mois, promettait la régie.",
    "« Accédez à tous nos contenus en illimité »",
    "Découvrez nos offres, disait la brochure.",
    "Nous et nos partenaires stockons le blé à Brest.",
    "Nos partenaires déposent des cookies sur votre appareil, admet l’entreprise.",
    "« Nous et nos partenaires stockons des informations sur votre appareil »",
    "Recevez vos relevés dans votre boîte mail.",
    "Recevez le meilleur du port dans votre boîte mail, promettait la mairie.",
    "Get the latest patch before it lands in your inbox, the agency said.",
    "Votre adresse e-mail a peut-être fuité.",
    "Sur le même sujet, le Sénat a tranché.",
    "Les plus lus des journaux ont doublé leurs ventes.",
    "Related crimes rose in 2023.",
    "Join the conversation, the mayor urged.",
    "Les commentaires sont fermés depuis l’attaque, a indiqué le site.",
    "Commentaires (12) et réponses sont conservés un an.",
    "Offrir cet article à un enfant est interdit.",
    "Photo d’illustration ou non, l’image a choqué.",
    "Le sondage a été mené par Ipsos. Le Monde/AFP ne l’ont pas publié",
    "Le ministre a démenti, selon la dépêche (AFP).",
    "Il a quitté Brest. © Tous les regards se tournent vers Paris.",
    "L’image a fait le tour du monde (photo AFP).",
    "« Le port de Brest est sous la neige depuis le lundi 6 mai 2024. MARC PETIT / AFP »",
]


class TestRules:
    @pytest.mark.parametrize(("rule", "line"), FURNITURE)
    def test_a_line_of_furniture_is_removed_by_its_rule(self, rule: str, line: str) -> None:
        cleaned = clean(f"{BEFORE}\n\n{line}\n\n{AFTER}")
        assert cleaned.text == f"{BEFORE}\n\n{AFTER}"
        assert cleaned.removed == (Removal(rule, line),)
        assert cleaned.truncated == (rule == "paywall")

    @pytest.mark.parametrize("sentence", PROSE)
    @pytest.mark.parametrize("layout", ["{0}\n\n{1}", "{1}\n\n{0}", "{0}"])
    def test_prose_that_resembles_furniture_stays(self, sentence: str, layout: str) -> None:
        text = layout.format(sentence, AFTER)
        assert (clean(text).text, clean(text).removed) == (text, ())

    @pytest.mark.parametrize("line", [line for _, line in FURNITURE])
    def test_furniture_inside_a_paragraph_stays(self, line: str) -> None:
        text = f"{BEFORE} Puis on lit ceci\xa0: {line} Voilà ce que montre la capture du site."
        assert clean(text).text == text


class TestRelatedTitles:
    def test_titles_under_a_heading_at_the_end_leave_with_it(self) -> None:
        cleaned = clean(f"{BEFORE}\nLire aussi\nLe port ferme\nQue fait l’État ?\nPartager")
        assert cleaned.text == BEFORE
        assert [removal.text for removal in cleaned.removed if removal.rule == "read-also"] == [
            "Lire aussi",
            "Le port ferme",
            "Que fait l’État ?",
        ]

    def test_two_lists_of_titles_leave(self) -> None:
        cleaned = clean(f"{BEFORE}\nSur le même sujet\nLe port ferme\nLes plus lus\nLe maire part")
        assert cleaned.text == BEFORE

    def test_the_presentation_above_the_titles_leaves_too(self) -> None:
        note = "Zoé Le Goff est journaliste au Fanal."
        assert clean(f"{BEFORE}\n{note}\nLire aussi\nLe port ferme").text == BEFORE

    @pytest.mark.parametrize(
        "tail",
        [
            AFTER,
            f"Le port ferme\n\n{AFTER}",
            f"{AFTER}\n\nLe port ferme",
            "« Nous partons. »",
            "\n\n".join(f"Le quai {number} ferme" for number in range(11)),
        ],
    )
    def test_a_heading_with_prose_below_leaves_alone(self, tail: str) -> None:
        assert clean(f"{BEFORE}\n\nLire aussi\n\n{tail}").text == f"{BEFORE}\n\n{tail}"

    def test_titles_without_an_article_above_stay(self) -> None:
        assert clean("Lire aussi\nLe port ferme").text == "Le port ferme"


NOTES = [
    "Zoé Le Goff est journaliste au Fanal, où elle suit la défense.",
    "Zoé Le Goff est correspondante à Bruxelles. Elle couvre les questions de défense",
    "Zoé Le Goff is a senior reporter at The Beacon.",
    "Zoé Le Goff is the Beacon’s Brussels correspondent, covering defence.",
]


class TestAuthorNote:
    @pytest.mark.parametrize("note", NOTES)
    @pytest.mark.parametrize("above", ["", "Zoé Le Goff\n", "À propos de l’autrice\n"])
    def test_the_presentation_of_the_author_leaves_the_end(self, note: str, above: str) -> None:
        cleaned = clean(f"Par Zoé Le Goff\n{BEFORE}\n{above}{note}")
        assert cleaned.text == f"Par Zoé Le Goff\n\n{BEFORE}"
        assert {removal.rule for removal in cleaned.removed} == {"author-blurb"}

    @pytest.mark.parametrize("note", NOTES)
    def test_it_stays_when_the_article_speaks_of_that_person(self, note: str) -> None:
        text = f"La police a arrêté Mme Le Goff jeudi à Brest.\n\n{note}"
        assert clean(text).text == text

    @pytest.mark.parametrize("note", NOTES)
    def test_it_stays_elsewhere_than_at_the_end_and_when_alone(self, note: str) -> None:
        assert clean(f"{note}\n\n{AFTER}").removed == ()
        assert clean(note).removed == ()

    @pytest.mark.parametrize(
        "line",
        [
            "Zoé Le Goff est journaliste.",
            "Zoé Le Goff était journaliste au Fanal.",
            "Zoé Le Goff est journaliste à Brest. Elle a été arrêtée lundi.",
            "Zoé Le Goff est préfète à Brest.",
            "Elle est journaliste au Fanal depuis dix ans.",
            "« Zoé Le Goff est journaliste au Fanal », a dit son avocat.",
            "The suspect is a reporter at The Beacon.",
        ],
    )
    def test_prose_on_a_journalist_stays(self, line: str) -> None:
        text = f"{BEFORE}\n\n{line}"
        assert clean(text).text == text


LINES = st.sampled_from(
    [line for _, line in FURNITURE] + PROSE + NOTES + [BEFORE, "Zoé Le Goff", "Le port ferme"]
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_a_second_cleaning_finds_nothing(text: str) -> None:
    once = clean(text)
    again = clean(once.text)
    assert (again.text, again.removed) == (once.text, ())
