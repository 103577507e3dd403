"""What stands behind the street, where an address is written whole: its town, county and postcode?

One body writes `12 Mill St, Leeds LS1 4AP` in one cell, another in three. Which words are towns is
not known beforehand but seen: those that many addresses of the list end with.
"""

import re
from collections import Counter

import pyarrow as pa

from joinedup.link.postal_words import SHORTER, STREET

POSTCODE = re.compile(
    r"[\s,]+(?:([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})|([0-9]{5})(?:-?[0-9]{4})?)\s*$",
    re.IGNORECASE,
)
"""British, or American of five digits or nine."""
WHOLE = 0.5
"""Where fewer addresses end with a postcode, they are not written whole."""
MANY = 0.02
"""Words that fewer of the addresses end with are taken for part of the street."""
DEEPEST = 3
AMERICAN = frozenset(["plaza", "plz", "parkway", "pkwy", "expressway", "trail", "loop"])
"""Ends of streets that British ones seldom have."""


def parted(texts: pa.Array) -> tuple[pa.Array, dict[str, pa.Array]]:
    """The addresses up to the street, and what stands behind: feature to texts, shape (rows,).

    Args:
        texts: addresses, shape (rows,).

    >>> lines, rest = parted(pa.array(["1 Elm St Derby, DE1 1AA", "2 Oak Rd, Derby DE1 1AB"]))
    >>> lines.to_pylist(), rest["postcode"].to_pylist(), rest["place"].to_pylist()
    (['1 Elm St', '2 Oak Rd'], ['DE11AA', 'DE11AB'], ['derby', 'derby'])
    """
    coded = texts.dictionary_encode()
    written = coded.dictionary.to_pylist()
    found = [POSTCODE.search(text) for text in written]
    if sum(map(bool, found)) < max(1.0, WHOLE * len(written)):
        return texts, {}
    codes = ["".join(filter(None, one.groups())).upper() if one else None for one in found]
    lines = [text[: one.start()] if one else text for text, one in zip(written, found, strict=True)]
    behind: list[list[str]] = [[] for _ in lines]
    for _ in range(DEEPEST):
        ends = [_ends(line) for line in lines]
        often = Counter(end for both in ends for end in set(both))
        for place, both in enumerate(ends):
            end = next((one for one in both if often[one] >= MANY * len(lines)), "")
            if end:
                behind[place].insert(0, end)
                lines[place] = lines[place].rstrip(" ,")[: -len(end)].rstrip(" ,")
    towns = [" ".join(words[:1]) or None for words in behind]
    regions = [" ".join(words[1:]) or None for words in behind]
    told = {"postcode": codes, "place": towns, "region": regions}
    made = {name: pa.array(cells, pa.string()).take(coded.indices) for name, cells in told.items()}
    return pa.array(lines, pa.string()).take(coded.indices), made


def _ends(line: str) -> tuple[str, ...]:
    """What may be a town at the end of an address: its last part, its last word."""
    plain = line.casefold().rstrip(" ,")
    before, comma, part = plain.rpartition(",")
    if comma and before and not re.search("[0-9]", part):
        return (part.strip(), part.split()[-1]) if part.split() else ()
    words = plain.split()
    last = words[-1] if len(words) > 1 else ""
    street = SHORTER.get(last, last) in STREET or last in AMERICAN
    return (last,) if last.isalpha() and not street else ()
