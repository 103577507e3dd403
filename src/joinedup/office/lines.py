"""On which line of a TOML file does a setting stand?"""

import re

HEADER = re.compile(r"^\s*\[\[?\s*(?P<path>[^\]]+?)\s*\]?\]\s*(#.*)?$")
KEY = re.compile(r"^\s*(?P<key>[A-Za-z0-9_.\"'-]+)\s*=")


def line_of(text: str, path: tuple[str | int, ...]) -> int | None:
    """The line, from 1, of the longest part of `path` that the text names.

    Args:
        text: a TOML document.
        path: keys from the top, list positions included (they do not move the line).
    """
    wanted = tuple(str(part) for part in path if not isinstance(part, int))
    best: tuple[int, int] | None = None
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            section = _parts(header["path"])
            here = section
        elif key := KEY.match(line):
            here = (*section, *_parts(key["key"]))
        else:
            continue
        if here and wanted[: len(here)] == here and (best is None or len(here) > best[0]):
            best = (len(here), number)
    return best[1] if best else None


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in path.split("."))
