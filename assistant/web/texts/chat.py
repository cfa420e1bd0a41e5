"""What the chat page says itself, in French and English; the words around quotes are in
`assistant.messages`, in the language of the question."""

from dataclasses import dataclass

from assistant.feedback import Reason
from assistant.types import AnswerKind

_NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class ChatTexts:
    """Labels and sentences; the names in braces are filled in, numbers as text."""

    skip: str
    welcome: str
    examples: str
    conversations: str
    new: str
    search_conversations: str
    no_conversation: str
    none_found: str
    rename: str
    rename_named: str
    new_title: str
    delete: str
    delete_named: str
    delete_title: str
    delete_text: str
    open_list: str
    close_list: str
    gone: str
    unreadable: str
    corpus: str
    sign_out: str
    other_language: str
    filters: str
    since: str
    until: str
    date_form: str
    date_hint: str
    outlet: str
    all_outlets: str
    article_language: str
    all_languages: str
    languages: tuple[tuple[str, str], ...]
    sort: str
    by_relevance: str
    by_date: str
    clear: str
    question: str
    placeholder: str
    ask: str
    you_asked: str
    searching: str
    limited: str
    from_day: str
    to_day: str
    without: str
    nearest_title: str
    source: str
    by: str
    copy_quote: str
    copy_markdown: str
    export: str
    export_conversation: str
    export_answer: str
    right: str
    wrong: str
    wrong_title: str
    reasons: tuple[tuple[Reason, str], ...]
    comment: str
    thanks: str
    disagreement: str
    disagreement_on: tuple[tuple[AnswerKind, str], ...]
    chronology: str
    article_date: str
    how: str
    confidence: str
    searched: str
    scores: str
    score: str
    generation: str
    duration: str
    stages: tuple[tuple[str, str], ...]
    arrived_one: str
    arrived: str
    arrived_none: str
    send: str
    save: str
    cancel: str
    retry: str
    unsearchable: str
    unreadable_date: str
    reversed_dates: str
    unknown_filter: str
    failed: str
    deleted: str
    busy: str
    offline: str
    not_done: str


CHAT_TEXTS = {
    "fr": ChatTexts(
        skip="Aller à la question",
        welcome="Posez une question sur les articles du fonds. La réponse est faite de citations "
        f"exactes, avec leurs sources{_NBSP}; quand les articles ne répondent pas, elle le dit.",
        examples="Exemples de questions",
        conversations="Conversations",
        new="Nouvelle conversation",
        search_conversations="Chercher une conversation",
        no_conversation="Aucune conversation pour l’instant.",
        none_found="Aucune conversation ne contient ces mots.",
        rename="Renommer",
        rename_named=f"Renommer «{_NBSP}{{title}}{_NBSP}»",
        new_title="Titre de la conversation",
        delete="Supprimer",
        delete_named=f"Supprimer «{_NBSP}{{title}}{_NBSP}»",
        delete_title=f"Supprimer cette conversation{_NBSP}?",
        delete_text="Ses questions et ses réponses seront effacées, sans retour possible.",
        open_list="Ouvrir la liste des conversations",
        close_list="Fermer la liste des conversations",
        gone="Cette conversation n’existe pas, ou plus. En voici une nouvelle.",
        unreadable="{number} réponses de cette conversation, gardées par une autre version de "
        "Verbatim, ne peuvent plus être affichées.",
        corpus="Le fonds d’articles",
        sign_out="Se déconnecter",
        other_language="English",
        filters="Limiter la recherche",
        since="Publiés depuis",
        until="Jusqu’à",
        date_form="jj/mm/aaaa",
        date_hint="2021, 07/2021 ou 21/07/2021",
        outlet="Titre de presse",
        all_outlets="Tous",
        article_language="Langue",
        all_languages="Toutes",
        languages=(("fr", "Français"), ("en", "Anglais")),
        sort="Ordre",
        by_relevance="Pertinence",
        by_date="Date",
        clear="Tout effacer",
        question="Votre question",
        placeholder="Posez une question",
        ask="Demander",
        you_asked=f"Vous avez demandé{_NBSP}:",
        searching="Recherche dans les articles…",
        limited=f"Recherche limitée à{_NBSP}:",
        from_day="depuis le {day}",
        to_day="jusqu’au {day}",
        without=f"Demander sans «{_NBSP}{{what}}{_NBSP}»",
        nearest_title="Passages les plus proches, qui ne répondent pas à la question",
        source="Source [{number}], {title}",
        by="Par",
        copy_quote="Copier la citation",
        copy_markdown="Copier en Markdown",
        export="Exporter",
        export_conversation="Exporter la conversation",
        export_answer="Exporter la réponse",
        right="Bonne réponse",
        wrong="Mauvaise réponse",
        wrong_title=f"Qu’est-ce qui ne va pas{_NBSP}?",
        reasons=(
            (Reason.WRONG_QUOTE, "Une citation est fausse ou hors sujet"),
            (Reason.WRONG_SOURCE, "La source n’est pas la bonne"),
            (Reason.SHOULD_HAVE_REFUSED, "Les articles ne répondaient pas à la question"),
            (Reason.SHOULD_HAVE_ANSWERED, "Les articles répondaient à la question"),
            (Reason.OTHER, "Autre chose"),
        ),
        comment="Commentaire (facultatif)",
        thanks="Merci, votre avis est enregistré.",
        disagreement="Les sources divergent",
        disagreement_on=(
            (AnswerKind.NUMBER, "sur le nombre"),
            (AnswerKind.DATE, "sur la date"),
            (AnswerKind.PERSON, "sur la personne"),
            (AnswerKind.PLACE, "sur le lieu"),
        ),
        chronology="Chronologie",
        article_date="date de l’article",
        how="Comment cette réponse a été trouvée",
        confidence="Confiance",
        searched="Articles consultés",
        scores="Note de chaque citation",
        score=f"[{{number}}]{_NBSP}: {{score}}",
        generation="Version de l’index",
        duration="Durée",
        stages=(
            ("understand", "comprendre"),
            ("encode", "encoder"),
            ("search", "chercher"),
            ("read", "lire"),
            ("quote", "citer"),
        ),
        arrived_one=f"Réponse arrivée{_NBSP}: une citation.",
        arrived=f"Réponse arrivée{_NBSP}: {{number}} citations.",
        arrived_none="Les articles ne répondent pas à cette question.",
        send="Envoyer",
        save="Enregistrer",
        cancel="Annuler",
        retry="Réessayer",
        unsearchable="Cette question ne peut pas être cherchée. Posez-la avec des mots, en "
        f"français ou en anglais, en 2{_NBSP}000 caractères au plus.",
        unreadable_date=f"Cette date n’est pas lisible{_NBSP}: {{date}}. Écrivez 2021, 07/2021 ou "
        "21/07/2021.",
        reversed_dates="La première date des filtres vient après la seconde. Changez l’une des "
        "deux.",
        unknown_filter="Un filtre ne correspond plus à aucun article du fonds. Retirez-le et "
        "reposez la question.",
        failed="La réponse n’a pas pu être faite. L’erreur a été notée. Réessayez, et signalez-la "
        "si elle se répète.",
        deleted="Cette conversation a été supprimée. Posez la question dans une nouvelle.",
        busy="Trop de questions attendent déjà une réponse. Reposez la vôtre dans un moment.",
        offline="Le serveur ne répond pas. Vérifiez la connexion et réessayez.",
        not_done="Cela n’a pas pu être fait. Rechargez la page et réessayez.",
    ),
    "en": ChatTexts(
        skip="Skip to the question",
        welcome="Ask a question about the articles of the archive. The answer is made of exact "
        "quotes, with their sources; when the articles do not answer, it says so.",
        examples="Example questions",
        conversations="Conversations",
        new="New conversation",
        search_conversations="Find a conversation",
        no_conversation="No conversation yet.",
        none_found="No conversation holds these words.",
        rename="Rename",
        rename_named="Rename “{title}”",
        new_title="Title of the conversation",
        delete="Delete",
        delete_named="Delete “{title}”",
        delete_title="Delete this conversation?",
        delete_text="Its questions and answers will be erased for good.",
        open_list="Open the list of conversations",
        close_list="Close the list of conversations",
        gone="This conversation does not exist, or no longer does. Here is a new one.",
        unreadable="{number} answers of this conversation, kept by another version of Verbatim, "
        "can no longer be shown.",
        corpus="The articles",
        sign_out="Sign out",
        other_language="Français",
        filters="Limit the search",
        since="Published from",
        until="To",
        date_form="dd/mm/yyyy",
        date_hint="2021, 07/2021 or 21/07/2021",
        outlet="Outlet",
        all_outlets="All",
        article_language="Language",
        all_languages="All",
        languages=(("fr", "French"), ("en", "English")),
        sort="Order",
        by_relevance="Relevance",
        by_date="Date",
        clear="Clear all",
        question="Your question",
        placeholder="Ask a question",
        ask="Ask",
        you_asked="You asked:",
        searching="Searching the articles…",
        limited="Search limited to:",
        from_day="from {day}",
        to_day="until {day}",
        without="Ask without “{what}”",
        nearest_title="Nearest passages, which do not answer the question",
        source="Source [{number}], {title}",
        by="By",
        copy_quote="Copy the quote",
        copy_markdown="Copy as Markdown",
        export="Export",
        export_conversation="Export the conversation",
        export_answer="Export the answer",
        right="Good answer",
        wrong="Bad answer",
        wrong_title="What is wrong?",
        reasons=(
            (Reason.WRONG_QUOTE, "A quote is wrong or beside the point"),
            (Reason.WRONG_SOURCE, "The source is not the right one"),
            (Reason.SHOULD_HAVE_REFUSED, "The articles did not answer the question"),
            (Reason.SHOULD_HAVE_ANSWERED, "The articles did answer the question"),
            (Reason.OTHER, "Something else"),
        ),
        comment="Comment (optional)",
        thanks="Thank you, your opinion is kept.",
        disagreement="The sources disagree",
        disagreement_on=(
            (AnswerKind.NUMBER, "on the number"),
            (AnswerKind.DATE, "on the date"),
            (AnswerKind.PERSON, "on the person"),
            (AnswerKind.PLACE, "on the place"),
        ),
        chronology="Timeline",
        article_date="date of the article",
        how="How this answer was found",
        confidence="Confidence",
        searched="Articles searched",
        scores="Score of each quote",
        score="[{number}]: {score}",
        generation="Version of the index",
        duration="Time",
        stages=(
            ("understand", "understand"),
            ("encode", "encode"),
            ("search", "search"),
            ("read", "read"),
            ("quote", "quote"),
        ),
        arrived_one="Answer: one quote.",
        arrived="Answer: {number} quotes.",
        arrived_none="The articles do not answer this question.",
        send="Send",
        save="Save",
        cancel="Cancel",
        retry="Try again",
        unsearchable="This question cannot be searched. Ask it in words, in French or English, "
        "in at most 2,000 characters.",
        unreadable_date="This date cannot be read: {date}. Write 2021, 07/2021 or 21/07/2021.",
        reversed_dates="The first date of the filters comes after the second. Change one of them.",
        unknown_filter="A filter no longer matches any article of the archive. Remove it and ask "
        "again.",
        failed="The answer could not be made. The error was noted. Try again, and report it if it "
        "happens again.",
        deleted="This conversation was deleted. Ask the question in a new one.",
        busy="Too many questions are waiting for an answer already. Ask yours again in a moment.",
        offline="The server does not answer. Check the connection and try again.",
        not_done="This could not be done. Reload the page and try again.",
    ),
}
