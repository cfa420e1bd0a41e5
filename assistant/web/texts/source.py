"""What the page of an article, and the frame around it, say themselves; no part of an article."""

from dataclasses import dataclass

_NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class SourceTexts:
    """Labels and notices; `{number}`, `{total}`, `{host}`, `{address}`, `{path}` are filled in."""

    language: str
    skip: str
    corpus: str
    back: str
    other_language: str
    by: str
    no_outlet: str
    original: str
    unlinked: str
    file: str
    passage: str
    previous: str
    next: str
    copy: str
    quoted: str
    also_quoted: str
    moved: str
    changed: str
    others_changed: str
    replaced: str
    unreadable: str
    unknown_title: str
    unknown: str


SOURCE_TEXTS = {
    "fr": SourceTexts(
        language="fr",
        skip="Aller au texte",
        corpus="Les articles",
        back="Poser une question",
        other_language="English",
        by="Par",
        no_outlet="Média inconnu",
        original="Lire l’original sur {host}",
        unlinked=f"Adresse indiquée pour l’original, sans lien{_NBSP}: {{address}}",
        file=f"Fichier du fonds{_NBSP}: {{path}}",
        passage="Passage cité {number} sur {total}",
        previous="Passage précédent",
        next="Passage suivant",
        copy="Copier le passage cité",
        quoted="Passage cité",
        also_quoted="Autre passage cité",
        moved="L’article a été modifié depuis la réponse. Le passage cité y figure toujours, mot "
        "pour mot.",
        changed="L’article a changé depuis la réponse et le passage cité n’y figure plus tel quel. "
        "Voici l’article dans sa version actuelle.",
        others_changed="Un autre passage cité par la réponse ne figure plus tel quel dans "
        "l’article.",
        replaced="Version remplacée le {day}. La réponse citait l’article tel qu’il était avant.",
        unreadable="Ce lien ne désigne pas de passage lisible, peut-être parce qu’il a été coupé "
        "en chemin. Voici l’article entier.",
        unknown_title="Article introuvable",
        unknown="Le fonds ne contient pas, ou plus, cet article.",
    ),
    "en": SourceTexts(
        language="en",
        skip="Skip to the text",
        corpus="The articles",
        back="Ask a question",
        other_language="Français",
        by="By",
        no_outlet="Unknown outlet",
        original="Read the original on {host}",
        unlinked="Address given for the original, not linked: {address}",
        file="File in the archive: {path}",
        passage="Quoted passage {number} of {total}",
        previous="Previous passage",
        next="Next passage",
        copy="Copy the quoted passage",
        quoted="Quoted passage",
        also_quoted="Another quoted passage",
        moved="The article was edited after the answer. The quoted passage is still in it, word "
        "for word.",
        changed="The article has changed since the answer and no longer holds the quoted passage "
        "as it was. This is the article as it is now.",
        others_changed="Another passage quoted by the answer is no longer in the article as it "
        "was.",
        replaced="Version replaced on {day}. The answer quoted the article as it was before.",
        unreadable="This link names no readable passage; it may have been cut short on its way. "
        "This is the whole article.",
        unknown_title="Article not found",
        unknown="The archive does not hold this article, or no longer does.",
    ),
}
