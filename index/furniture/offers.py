"""Furniture that asks something of the reader: pay, subscribe, accept."""

from index.furniture.rule import Place, Rule, make_rule

_TO_READER = r"(?=.*\b(?:vous|votre|vos|your?|nos|our)\b)(?!.*[«»“”\"])"
_NEWSLETTER = r"(?:newsletters?|infolettres?|lettres?\ d['’]information)"

PAYWALL = make_rule(
    "paywall",
    Place.ANYWHERE,
    r"""il\ vous\ reste\ [\d.,]+\s?%\ (?:de\ (?:cet\ |l['’])article\ )?à\ (?:lire|découvrir)
        (?:\W+la\ suite\ est\ réservée\ (?:aux|à\ nos)\ abonné\S*)?
      | (?:il\ reste\ )?[\d.,]+\s?%\ de\ (?:cet\ |l['’])article\ (?:restants?|à\ lire)
      | [\d.,]+\s?%\ restants?\ à\ lire
      | la\ suite\ (?:de\ cet\ article\ )?est\ réservée\ (?:aux|à\ nos)\ abonné\S*
      | (?:cet\ article|ce\ contenu|la\ lecture\ de\ cet\ article)
        \ est\ réservée?\ (?:aux|à\ nos)\ abonné\S*
      | lire\ la\ suite\W+réservé\ aux\ abonné\S*
      | (?:abonnez|connectez|inscrivez)-vous\ pour
        \ (?:(?:lire|continuer|poursuivre)\ (?:la\ suite|la\ lecture|votre\ lecture)
             (?:\ de\ (?:cet\ |l['’])article)?
           | lire\ (?:cet\ |l['’])article(?:\ en\ entier)?
           | accéder\ à\ (?:la\ suite|(?:l['’]intégralité\ de\ )?(?:cet\ |l['’])article))
      | créez\ un\ compte\ (?:gratuit\ )?pour\ (?:lire\ la\ suite|continuer\ (?:votre|la)\ lecture)
      | pour\ lire\ la\ suite(?:\ de\ cet\ article)?,?\ (?:abonnez|connectez)-vous
      | vous\ avez\ atteint\ (?:votre|la)\ (?:limite|quota)\ d['’]articles\ gratuits
      | déjà\ abonné\S*\s?\?\s*(?:connectez-vous|se\ connecter|identifiez-vous)
      | you\ have\ [\d.,]+\s?%\ of\ this\ article\ left\ to\ read
        (?:\W+the\ rest\ is\ (?:reserved\ )?for\ subscribers(?:\ only)?)?
      | [\d.,]+\s?%\ of\ (?:this|the)\ article\ remain(?:s|ing)
      | (?:the\ rest\ of\ )?this\ (?:article|content)\ is\ (?:reserved\ )?for\ (?:our\ )?subscribers
        (?:\ only)?
      | (?:subscribe|sign\ in|log\ in|register)\ (?:now\ )?to\ (?:continue|keep)\ reading
        (?:\ this\ article)?
      | subscribe\ (?:now\ )?to\ (?:continue|read\ (?:the\ (?:full|whole)|this)\ (?:article|story))
      | create\ (?:a|your)\ free\ account\ to\ (?:continue|keep)\ reading
      | you(?:\ have|['’]ve)\ reached\ your\ (?:monthly\ )?limit\ of\ free\ articles
      | to\ (?:continue|keep)\ reading,?\ (?:please\ )?(?:subscribe|sign\ in|log\ in|register)
      | already\ a\ subscriber\?\s*(?:sign|log)\ in""",
    "a paywall cut the article here: what follows was never in the file",
)

RULES: tuple[Rule, ...] = (
    make_rule(
        "subscriber-label",
        Place.ANYWHERE,
        r"""(?:(?:article|contenu|accès)\ )?réservé\ (?:aux|à\ nos)\ abonné\S*
          | article\ premium | (?:for\ )?subscribers\ only""",
        "a label beside a headline; the text below it may be whole",
    ),
    PAYWALL,
    make_rule(
        "subscription",
        Place.ANYWHERE,
        r"""je\ m['’]abonne | s['’]abonner | abonnez-vous | subscribe(?:\ now)?
          | (?:découvr(?:ir|ez)|voir)\ (?:toutes\ )?(?:nos|les)\ offres\ d['’]abonnement
          | (?:abonnez-vous\W+)?(?:dès|à\ partir\ de)\ [\d.,]+\s?€[^.!?«»]{0,30}\bsans\ engagement
          | abonnez-vous\ (?:dès|à\ partir\ de|pour)\ [\d.,]+\s?€
            (?:\ ?(?:/|par|le)\ ?(?:premier\ )?mois)?
          | accédez\ à\ tous\ (?:les|nos)\ (?:articles|contenus)
            (?:\ (?:du\ site|en\ illimité|réservés\ aux\ abonnés))*
          | (?:start|begin)\ your\ free\ trial | (?:get|try)\ unlimited\ (?:digital\ )?access
          | already\ have\ an\ account\?\s?(?:sign|log)\ in""",
        "an invitation to buy a subscription; unlike a paywall it cuts nothing",
    ),
    make_rule(
        "cookies",
        Place.ANYWHERE,
        rf"""{_TO_READER}(?:(?:nous\ utilisons|ce\ site\ utilise)\ des\ cookies
              \ (?:pour|afin)\b.* | en\ poursuivant\ (?:votre|la)\ navigation\b.*\bcookies\b.*
            | (?:we\ use|this\ (?:web)?site\ uses)\ cookies\ (?:to|for)\b.*
            | by\ continuing\ to\ (?:use|browse)\b.*\bcookies\b.*
            | nous\ et\ nos\ (?:\d+\ )?partenaires\ (?:stockons|utilisons|déposons)\b.*
              \b(?:cookies|traceurs|appareil)\b.*
            | we\ and\ our\ (?:\d+\ )?partners\ (?:store|use)\b.*\b(?:cookies|device)\b.*
            | pour\ (?:afficher|lire|voir)\ (?:ce\ contenu|cette\ vidéo),?
              \ vous\ devez\ accepter\b.*\bcookies\b.*)
          | (?:tout\ )?(?:accepter|refuser)\ (?:tous\ )?(?:les\ )?cookies
          | tout\ (?:accepter|refuser) | continuer\ sans\ accepter
          | accepter\ et\ (?:continuer|fermer)
          | (?:accept|reject|allow)\ all(?:\ cookies)? | accept\ cookies | only\ necessary\ cookies
          | (?:paramétrer|gérer|personnaliser)\ (?:les\ cookies|mes\ (?:cookies|choix|préférences))
          | gérer\ le\ consentement(?:\ aux\ cookies)?
          | (?:cookie|manage)\ (?:settings|cookies) | manage\ (?:my\ )?(?:cookie\ )?preferences""",
        "a cookie bar; it speaks to the reader, as prose about cookies does not",
    ),
    make_rule(
        "newsletter",
        Place.ANYWHERE,
        rf"""(?:inscrivez-vous|abonnez-vous|s['’]inscrire|s['’]abonner)\ (?:gratuitement\ )?à
             \ (?:notre|nos|la|l['’])\s?{_NEWSLETTER}
             (?:\ (?:pour|et|gratuit|quotidien|hebdo)[^.!?«»]*)?
           | (?:recevez|recevoir)\ (?:gratuitement\ )?(?:notre|nos|la)\ {_NEWSLETTER}[^.!?«»,]*
           | (?:sign\ up|subscribe)\ (?:for|to)\ (?:our|the)\ (?:(?:free|daily|weekly)\ )*
             {_NEWSLETTER}(?:\ (?:to|and|for)\ [^.!?“”]*)?
           | (?:recevez|retrouvez)\b[^.!?«»]{{0,60}}
             \b(?:l['’]essentiel|le\ meilleur|nos\ (?:meilleurs\ )?articles|notre\ sélection)\b
             [^.!?,«»]{{0,100}}\bdans\ votre\ boîte\ (?:e?-?mails?|aux\ lettres|de\ réception)
           | get\ (?:the\ (?:best|latest|day['’]s)|our)\b[^.!?,“”]{{0,100}}\b(?:to|in)\ your\ inbox
           | (?:(?:saisissez|entrez)\ )?votre\ adresse\ e?-?mail
           | (?:enter\ )?your\ e?-?mail\ address
           | vous\ pouvez\ vous\ désinscrire\ à\ tout\ moment | you\ can\ unsubscribe\ at\ any\ time
           | (?:thank\ you|thanks)\ for\ subscribing
           | (?:votre\ )?inscription\ a\ bien\ été\ prise\ en\ compte""",
        "an invitation to subscribe to a letter, and its form",
    ),
)
