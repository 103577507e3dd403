"""Which names stand in a list? Text files beside this one, in sections, in order."""

from functools import cache
from pathlib import Path


@cache
def sections(file: str) -> dict[str, tuple[str, ...]]:
    """The names in each [section] of a file, distinct, in their order; _ becomes a space."""
    held: dict[str, tuple[str, ...]] = {}
    text = (Path(__file__).parent / f"{file}.txt").read_text(encoding="utf-8")
    for part in text.split("\n[")[1:]:
        title, _, names = part.partition("]")
        held[title] = tuple(dict.fromkeys(name.replace("_", " ") for name in names.split()))
    return held
