"""What the login page says itself, in French and English."""

from dataclasses import dataclass

_NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class LoginTexts:
    """Labels and sentences; `seconds` and `minutes` take a number, `wait` one of them."""

    title: str
    purpose: str
    name: str
    password: str
    submit: str
    wrong: str
    wait: str
    second: str
    seconds: str
    minutes: str
    no_account: str
    other_language: str
    other_name: str


LOGIN_TEXTS = {
    "fr": LoginTexts(
        title="Connexion",
        purpose="Connectez-vous pour interroger les articles.",
        name="Nom d’utilisateur",
        password="Mot de passe",  # noqa: S106 - a label
        submit="Se connecter",
        wrong="Nom d’utilisateur ou mot de passe incorrect.",
        wait=f"Trop d’essais{_NBSP}: attendez {{time}} avant de recommencer.",
        second=f"1{_NBSP}seconde",
        seconds=f"{{number}}{_NBSP}secondes",
        minutes=f"{{number}}{_NBSP}minutes",
        no_account=f"Pas de compte, ou mot de passe oublié{_NBSP}? Adressez\u2011vous à la "
        "personne qui administre Verbatim.",
        other_language="en",
        other_name="English",
    ),
    "en": LoginTexts(
        title="Sign in",
        purpose="Sign in to question the articles.",
        name="User name",
        password="Password",  # noqa: S106 - a label
        submit="Sign in",
        wrong="Wrong user name or password.",
        wait="Too many tries: wait {time} before trying again.",
        second="1 second",
        seconds="{number} seconds",
        minutes="{number} minutes",
        no_account="No account, or a forgotten password? Ask the person who runs Verbatim.",
        other_language="fr",
        other_name="Français",
    ),
}


def wait_text(seconds: int, language: str) -> str:
    """The sentence that says how long to wait: in seconds up to 90, else in minutes, rounded up."""
    texts = LOGIN_TEXTS[language]
    if seconds > 90:
        time = texts.minutes.format(number=-(-seconds // 60))
    else:
        time = texts.second if seconds == 1 else texts.seconds.format(number=seconds)
    return texts.wait.format(time=time)
