"""Furniture of the page around an article: buttons, comments, links to other articles."""

from index.furniture.rule import Place, Rule, make_rule

_NETWORK = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|telegram|instagram|pinterest|reddit|bluesky"
    r"|threads|mastodon|messenger|e-?mail)"
)
_SECTIONS = (
    "accueil|actualités?|actus?|à la une|breaking news|business|culture|économie|france|home|"
    "international|world|monde|news|nouvelles|politics|politique|santé|science|sciences|société|"
    "sports?|tech|technologies?|technology"
).replace(" ", r"\ ")

RELATED = make_rule(
    "read-also",
    Place.ANYWHERE,
    r"""(?:à\ )?lire\ (?:aussi|également) | sur\ le\ même\ (?:sujet|thème)
      | dans\ la\ même\ rubrique | articles?\ (?:liés?|similaires?|associés?|recommandés?)
      | ces\ articles\ (?:peuvent|pourraient|devraient)\ (?:aussi\ )?vous\ intéresser
      | (?:cela|ça)\ (?:peut|pourrait)\ (?:aussi\ )?vous\ intéresser | vous\ aimerez\ aussi
      | les\ (?:articles\ les\ )?plus\ lus | nos\ articles\ sur\ le\ (?:même\ )?sujet
      | related(?:\ (?:articles?|stories|story|content|posts?|topics))?
      | more\ on\ this\ (?:story|topic) | recommended\ (?:for\ you|reading|stories)
      | you\ (?:may|might)\ also\ (?:like|be\ interested\ in) | most\ (?:read|popular)""",
    "the heading of links to other articles; when only their titles follow, these go too",
)

RULES: tuple[Rule, ...] = (
    make_rule(
        "close-button",
        Place.EDGES,
        r"close(?:\ menu|\ window)?|fermer(?:\ (?:le\ menu|la\ fenêtre))?",
        "the button of a dialogue or a menu",
    ),
    make_rule(
        "source-link",
        Place.EDGES,
        r"(?:source|lien)s?(?:\ link)?(?:\s?:)?(?:\s*https?://\S+)?",
        "a link back to the original, its address lost or bare",
    ),
    make_rule("section-label", Place.START, _SECTIONS, "the site's section, alone on its line"),
    make_rule(
        "comments",
        Place.ANYWHERE,
        r"""laisser\ un\ commentaire | laissez\ (?:un|votre)\ commentaire | annuler\ la\ réponse
          | leave\ a\ (?:comment|reply)(?:\ cancel\ reply)? | cancel\ reply | post\ comment
          | votre\ adresse\ (?:e-?mail|mail|courriel)\ ne\ sera\ pas\ publiée
            (?:\W+les\ champs\ obligatoires\ sont\ indiqués\ avec)?
          | your\ e?-?mail\ address\ will\ not\ be\ published
            (?:\W+required\ fields\ are\ marked)?
          | \d+\s?comment(?:aire)?s? | comment(?:aire)?s?\s?\(\d+\)
          | publier\ (?:le|un)\ commentaire | réagir\ à\ cet\ article
          | save\ my\ name,\ e?-?mail,\ and\ website\ in\ this\ browser.{0,60}
          | enregistrer\ mon\ nom,\ mon\ e-mail\ et\ mon\ site.{0,80}
          | soyez\ le\ premier\ à\ commenter(?:\ cet\ article)? | be\ the\ first\ to\ comment
          | (?:voir|lire|afficher)\ (?:tous\ )?les\ (?:\d+\ )?commentaires
          | (?:view|show|read)\ (?:all\ )?(?:\d+\ )?comments
          | (?:connectez|identifiez)-vous\ pour\ (?:commenter|réagir|laisser\ un\ commentaire)
          | (?:log|sign)\ in\ to\ (?:comment|reply|leave\ a\ comment)
          | (?:rejoignez|participez\ à)\ la\ (?:conversation|discussion)
          | join\ the\ (?:conversation|discussion)
          | (?:les\ )?commentaires\ sont\ (?:fermés|désactivés)
          | comments\ are\ (?:closed|disabled|turned\ off)""",
        "the form and the counter under an article",
    ),
    make_rule(
        "comments",
        Place.END,
        r"(?!.*\.$)(?:(?:no|aucun)\ )?comment(?:aire)?s?",
        "the heading of an empty comment list",
    ),
    make_rule(
        "back-to-top",
        Place.ANYWHERE,
        r"""scroll\ to\ (?:the\ )?top | back\ to\ (?:the\ )?top
          | (?:bouton\ )?(?:retour|revenir)\ en\ haut(?:\ de\ (?:la\ )?page)?""",
        "the button that scrolls back to the top",
    ),
    RELATED,
    make_rule(
        "read-also",
        Place.ANYWHERE,
        r"""(?!.*\.[\s»”\")]*$)
            (?:(?:à\ )?lire\ (?:aussi|également)\b.{0,250}
             | (?:à\ lire|voir\ aussi|also\ read|read\ also|see\ also|read\ more)
               (?:\s?[:|→].{0,250})?
             | (?:sur\ le\ même\ sujet|related)\s?[:|→].{0,250})""",
        "a link to another article",
    ),
    make_rule(
        "share",
        Place.ANYWHERE,
        rf"""(?:partager|partagez|share)
             (?:\ (?:l['’]article|cet\ article|this\ article|this\ story|this))?
             (?:\ (?:sur|par|on|via)\ {_NETWORK}(?:[\s,|/·•]+(?:(?:et|and|or|ou)\ )?{_NETWORK})*)?
           | (?:{_NETWORK}[\s,|/·•]+)+{_NETWORK} | copier\ le\ lien | copy\ link | tweete[rz]
           | envoyer\ par\ e-?mail | imprimer\ (?:l['’]|cet\ )article | print\ this\ article
           | (?:suivez-nous|follow\ us)\ (?:sur|on)\ .{{1,80}}
           | clique[rz]\ pour\ (?:partager|imprimer|envoyer)\b[^.!?«»]{{0,60}}
             \(\s?ouvre\ dans\ une\ nouvelle\ fenêtre\s?\)
           | click\ to\ (?:share|print|email)\b[^.!?“”]{{0,60}}\(\s?opens\ in\ new\ window\s?\)
           | (?:offrir|sauvegarder|enregistrer)\ (?:l['’]|cet\ )article
           | (?:gift|save)\ this\ article | le\ lien\ a\ été\ copié | link\ copied
           | ajouter\ (?:l['’]article\ )?à\ (?:mes|vos)\ favoris""",
        "share, follow and keep buttons",
    ),
    make_rule("share", Place.END, _NETWORK, "the name of a network, alone under the article"),
    make_rule(
        "advertisement",
        Place.ANYWHERE,
        r"""(?:la\ suite|l['’]article\ continue)\ après\ (?:cette|la)\ publicité | publicité
          | (?:article|story)\ continues\ (?:below|after)\ (?:this\ )?ad(?:vertisement)?
          | advertisement""",
        "the frame of an advertisement",
    ),
)
