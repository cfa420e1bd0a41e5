"""The YAML block that may open a file: what the file states about itself, checked."""

from dataclasses import replace

from index.errors import CorpusError
from index.readers.fields import checked_fields, yaml_mapping
from index.types import StatedFields

_LONGEST = 64_000  # characters; nested or aliased YAML beyond that is an attack, not metadata


def split_front_matter(text: str, relative: str) -> tuple[StatedFields, str]:
    """The fields stated between two `---` lines at the top, and the text below them.

    Keys: id, title, outlet, authors (or author), published (or date), updated (or modified),
    language (or lang), url; others belong to other tools and are left alone. No block: empty
    fields and the whole text.
    CorpusError, naming `relative` and the value, for a block that cannot be taken as written.
    """
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler()
    opened = text.lstrip("\ufeff \t\n")
    if not handler.detect(opened):
        return StatedFields(), text
    try:
        block, body = handler.split(opened)
    except ValueError:
        raise CorpusError(
            f"{relative}: front matter opened by --- is never closed; "
            "add a second line of ---, or remove the first"
        ) from None
    if len(block) > _LONGEST:
        raise CorpusError(
            f"{relative}: {len(block):,} characters of front matter, at most {_LONGEST:,} "
            "expected; keep the article itself below the second --- line"
        )
    place = f"{relative}: front matter"
    stated = checked_fields(yaml_mapping(block, place), place)
    names = (name for name in StatedFields.__dataclass_fields__ if getattr(stated, name))
    return replace(stated, origins=tuple((name, "front matter") for name in names)), body
