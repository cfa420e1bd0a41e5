"""Furniture never meant to be read: tags, scripts, style sheets, JSON, pictures as text.

These patterns meet very long lines, so they run in linear time: what may repeat is possessive
(`*+`), and the end of a line is looked back at rather than searched for.
"""

from index.furniture.rule import Place, Rule, make_rule

_LONGEST = 1_000_000  # characters; minified scripts and embedded pictures are one long line
# Eight plain words in a row: prose that a badly stripped page glued to a script.
_NO_PROSE = r"(?!.*\b[a-zà-ÿœ]+(?:[ ’'][a-zà-ÿœ]+){7})"
_TO_END_OF_CODE = r".*+(?<=[;{}()\[\],])"

_JAVASCRIPT = rf"""
    (?: (?:window|googletag|dataLayer|adsbygoogle|_gaq|_paq)[.\[][\w$'"]
      | document\.(?:add|body|cookie|create|get|head|query|write)
      | \(?(?:adsbygoogle|dataLayer|googletag)\s?=
      | (?:var|let|const)\ [\w$]+\s?=
      | \(?\([\w$,\s]*\)\s?=>
      | (?:\$|jQuery|gtag|fbq|ga|twttr|requirejs|require|define|setTimeout)\(
      | [!(;\s]*+(?:async\ )?function\s?[\w$]*\s?\([^()]*\)\s?\{{
    ){_TO_END_OF_CODE}
  | var\ [\w$]+(?:,\s?[\w$]+)*;
  | .{{0,300}}\{{$ | (?=[^{{}}]*[{{}}])[\s(){{}}\[\];,]++
  | /\*.*+(?<=\*/) | (?://\s?)?(?:<!\[CDATA\[|\]\]>)"""
_DECLARATION = r"\s?[\w-]+\s?:[^;{}]*+"
_STYLE_SHEET = rf"""
    @(?:media|import|font-face|keyframes|charset|supports)\b.*+(?<=[;{{}}])
  | (?:[\w.#*:\[][^{{}}«»;]{{0,300}}\{{{_DECLARATION}(?:;{_DECLARATION})*+;?\s?\}}\s?)++"""
_JSON = r"""
    (?:window\.[\w.$]+\s?=)?[\[\s]*+\{\s?"[\w@$.:/-]{1,60}"\s?:.*+(?<=[}\];])"""
_PICTURE = r"""
    data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+
  | (?-i:(?=[\d+/a-z]*[A-Z])(?=[\d+/A-Z]*[a-z])(?=[a-zA-Z+/]*\d)[A-Za-z0-9+/]{80,}={0,2})"""

SCRIPT = make_rule(
    "script",
    Place.ANYWHERE,
    rf"{_NO_PROSE}(?:{_JAVASCRIPT}|{_STYLE_SHEET})|{_JSON}|{_PICTURE}",
    "a script, a style sheet, JSON or an embedded picture that was stripped badly",
    _LONGEST,
)

RULES: tuple[Rule, ...] = (
    make_rule(
        "html-remains",
        Place.ANYWHERE,
        r"""[\s»«\"'<>/]*data-[\w-]+\s?=[\s»«\"']*[^\s»«\"']+[\s»«\"'/]*>?
          | (?:</?[a-z][\w-]*(?:\s[^<>]*)?/?>\s?)+ | <!--.*-->""",
        "tags, or an attribute of a tag that was stripped badly",
    ),
    SCRIPT,
    make_rule(
        "script",
        Place.BESIDE_SCRIPT,
        r"""[\s(){}\[\];,]+ | "[\w@$.:/-]{1,60}"\s?:\s?(?:"[^"]*"|[\w.-]+|[\[{].*),?
          | (?-i:[a-z-]+):\s?[^;«»\s]+(?:\s[^;«»\s]+){0,4};
          | [\w$.\[\]'"]+\s?(?:=|\+=|\()[^«»]*; | return\b[^«»]{0,200};""",
        "a line of the script above or below it",
    ),
)
