"""`_defaults.yaml`: what the articles of a folder have in common, where they do not say it."""

import reprlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from index.errors import CorpusError
from index.readers.decoding import decode, read_bytes
from index.readers.fields import checked_fields, yaml_mapping
from index.types import StatedFields

_LONGEST = 64_000  # characters; three fields never need more, an attack by aliases does
_KEYS = ("outlet", "language", "authors")


@dataclass(frozen=True, slots=True)
class FolderDefaults:
    """What articles take from their folder; None or empty where it says nothing.

    `origins` tells which file gives a field, as (field, place) pairs.
    """

    outlet: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()

    def over(self, parent: "FolderDefaults") -> "FolderDefaults":
        """These, completed by those of the folder above where they say nothing."""
        own = StatedFields(
            outlet=self.outlet, language=self.language, authors=self.authors, origins=self.origins
        )
        both = parent.apply(own)
        return FolderDefaults(both.outlet, both.language, both.authors, both.origins)

    def apply(self, stated: StatedFields) -> StatedFields:
        """`stated`, completed where it says nothing; what it says is never changed."""
        taken = (pair for pair in self.origins if not getattr(stated, pair[0]))
        return replace(
            stated,
            outlet=stated.outlet or self.outlet,
            language=stated.language or self.language,
            authors=stated.authors or self.authors,
            origins=(*stated.origins, *taken),
        )


def load_defaults(path: Path, relative: str) -> FolderDefaults:
    """What the `_defaults.yaml` at `path` states; `relative` is its path below the corpus folder.

    Keys: outlet, authors (or author), language (or lang); an empty file states nothing.
    CorpusError, starting with `relative`, for any other key and for what cannot be read as YAML.
    """
    content = read_bytes(path, relative)
    text = decode(content, relative) if content.strip() else ""
    if len(text) > _LONGEST:
        raise CorpusError(
            f"{relative}: {len(text):,} characters, at most {_LONGEST:,} expected; "
            f"keep only the lines {_listed()}"
        )
    mapping = yaml_mapping(text, f"{relative}:")
    unknown = [key for key in mapping if key not in _KEYS]
    if unknown:
        raise CorpusError(
            f"{relative}: unknown key {reprlib.repr(unknown[0])}, expected {_listed()}; "
            "remove the line, or write it in each article"
        )
    stated = checked_fields(mapping, f"{relative}:")
    folder = PurePosixPath(relative).parent
    place = f"{path.name} of {folder}/" if folder.name else f"{path.name} of the corpus folder"
    found = (name for name in _KEYS if getattr(stated, name))
    return FolderDefaults(
        outlet=stated.outlet,
        language=stated.language,
        authors=stated.authors,
        origins=tuple((name, place) for name in found),
    )


def _listed() -> str:
    return f"{', '.join(_KEYS[:-1])} or {_KEYS[-1]}"
