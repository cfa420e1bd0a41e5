"""What the page of the corpus says itself, in French and English."""

from dataclasses import dataclass

_NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class CorpusTexts:
    """Labels and sentences; the names in braces are filled in, numbers as text."""

    title: str
    counts: str
    built: str
    search: str
    search_hint: str
    outlet: str
    all_outlets: str
    sort: str
    apply: str
    clear: str
    found_none: str
    found_one: str
    found: str
    article_title: str
    published: str
    passages: str
    truncated: str
    newest: str
    oldest: str
    by_title: str
    by_outlet: str
    most_passages: str
    fewest_passages: str
    pages: str
    page: str
    previous: str
    next: str


CORPUS_TEXTS = {
    "fr": CorpusTexts(
        title="Le fonds d’articles",
        counts=f"Articles{_NBSP}: {{articles}}. Passages consultables{_NBSP}: {{passages}}.",
        built="Fonds mis à jour {moment}.",
        search="Titre, auteur ou média",
        search_hint=f"Tous les mots doivent s’y trouver{_NBSP}; accents et majuscules sont "
        "indifférents.",
        outlet="Média",
        all_outlets="Tous",
        sort="Trier par",
        apply="Rechercher",
        clear="Tout afficher",
        found_none="Aucun article ne correspond à cette recherche.",
        found_one="Un article",
        found="{articles} articles",
        article_title="Titre",
        published="Publication",
        passages="Passages",
        truncated="coupé par un accès payant",
        newest="date, du plus récent au plus ancien",
        oldest="date, du plus ancien au plus récent",
        by_title="titre",
        by_outlet="média",
        most_passages="passages, les plus nombreux d’abord",
        fewest_passages="passages, les moins nombreux d’abord",
        pages="Pages du fonds",
        page="Page {number} sur {total}",
        previous="Page précédente",
        next="Page suivante",
    ),
    "en": CorpusTexts(
        title="The articles",
        counts="Articles: {articles}. Searchable passages: {passages}.",
        built="Archive updated {moment}.",
        search="Title, author or outlet",
        search_hint="All the words must be there; accents and case make no difference.",
        outlet="Outlet",
        all_outlets="All",
        sort="Sort by",
        apply="Search",
        clear="Show all",
        found_none="No article matches this search.",
        found_one="One article",
        found="{articles} articles",
        article_title="Title",
        published="Published",
        passages="Passages",
        truncated="cut by a paywall",
        newest="date, newest first",
        oldest="date, oldest first",
        by_title="title",
        by_outlet="outlet",
        most_passages="passages, most first",
        fewest_passages="passages, fewest first",
        pages="Pages of the archive",
        page="Page {number} of {total}",
        previous="Previous page",
        next="Next page",
    ),
}
