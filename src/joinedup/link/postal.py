"""What does a British address say: which part of which number of which street, and its postcode?

`Flat 2, 14 High Street`, `14/2 High St` and `14B High Street` are read into the same parts. Where
a way of writing has two meanings (`12/14` is a range, or part 14 of number 12), both are given.
Nothing is guessed: what is not said stays empty.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from string import ascii_lowercase

from joinedup.link.postal_words import (
    ALONE,
    CARE_OF,
    FLAT,
    FLOOR,
    FLOORS,
    NUMBER_SIGNS,
    SHORTER,
    SPOKEN,
    STREET,
    UNIT,
)

POSTCODE = re.compile(r"([a-z]{1,2}[0-9][a-z0-9]?) ?([0-9][a-z]{2})")
AT_END = re.compile(r"[\s,]*\b([a-z]{1,2}[0-9][a-z0-9]?)\s*([0-9][a-z]{2})\s*$")
TOKEN = re.compile(
    r"[0-9]+(?:st|nd|rd|th)\b"
    r"|[0-9]+[a-z]?\s*[-/]\s*(?:[0-9]+[a-z]?|[a-z])\b"
    r"|[0-9]+[a-z]?\b|[a-z][0-9]+[a-z]?\b|[a-z0-9]+|,"
)
NUMBER = re.compile(r"([0-9]+)([a-z]?)(?:\s*([-/])\s*([0-9]*)([a-z]?))?")
COMPASS = frozenset(["north", "south", "east", "west"])
LIKE_FLAT = frozenset(
    {"flat"[:at] + "flat"[at + 1 :] for at in range(4)}
    | {"flat"[:at] + letter + "flat"[at + 1 :] for at in range(4) for letter in ascii_lowercase}
    | {"lfat", "falt", "flta", "fflat", "fllat", "flaat", "flatt", "f1at"}
)
"""With one slip; so read where it begins an address and a number follows."""
LONGEST_STREET = 6
INWARD = 3


@dataclass(frozen=True, slots=True)
class Address:
    """What one address says.

    Attributes:
        postcode: whole and without a space; empty if there is none that could exist.
        partial: what stands in a postcode's place, if it is not whole.
        number: of the house or site; the first of a range.
        until: the last number of a range.
        parts: which part of it: `2`, `b`, `floor 1`; none if it is the whole.
        label: what the part is called: `flat`, `unit`, or nothing.
        names: words before the number; all of them where there is no number.
        street: the words of the street after the number; empty where there is no number.
        tail: the words after the street.
    """

    postcode: str = ""
    partial: str = ""
    number: str = ""
    until: str = ""
    parts: frozenset[str] = frozenset()
    label: str = ""
    names: tuple[str, ...] = ()
    street: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All its words, in order."""
        return (*self.names, *self.street, *self.tail)


def read(text: str, postcode: str = "") -> tuple[Address, ...]:
    """What an address says; two readings where it can be read in two ways.

    Args:
        text: its lines, joined by commas.
        postcode: where it has a column of its own.

    >>> one = read("Flat 2, 14 High Street, Leeds LS1 4AP")[0]
    >>> one.number, sorted(one.parts), one.street, one.tail, one.postcode
    ('14', ['2'], ('high', 'st'), ('leeds',), 'ls14ap')
    >>> [(one.number, one.until, sorted(one.parts)) for one in read("12/14 Mill La")]
    [('12', '', ['14']), ('12', '14', [])]
    """
    plain = _folded(text)
    code, partial = _postcode(_folded(postcode))
    ends = AT_END.search(plain)
    if ends:
        plain = plain[: ends.start()]
        code = code or ends[1] + ends[2]
    partial = "" if code else partial
    tokens = [SHORTER.get(token, token) for token in TOKEN.findall(plain)]
    parts, label, rest = _parts(_without_care_of([token for token in tokens if token]))
    made = _numbered(parts, label, rest)
    return tuple(replace(one, postcode=code, partial=partial) for one in made)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    plain = plain.replace("'", "").replace("\u2019", "").replace("&", " and ").replace(".", " ")
    plain = re.sub(r"\b([0-9]+[a-z]?)\s+and\s+([0-9]+[a-z]?)\b", r"\1-\2", plain)
    plain = re.sub("[\u2010-\u2015]", "-", plain).strip()
    return re.sub(r"\b(flat|apartment|apt|unit|suite|room)([0-9])", r"\1 \2", plain)


def _postcode(text: str) -> tuple[str, str]:
    """A postcode without its space; or what stands in its place.

    >>> _postcode("ls1 4ap"), _postcode("ls1"), _postcode("ls1 oap")
    (('ls14ap', ''), ('', 'ls1'), ('ls10ap', ''))
    """
    bare = re.sub("[^0-9a-z]", "", text)
    if not POSTCODE.fullmatch(bare) and len(bare) > INWARD + 1 and bare[-INWARD] == "o":
        bare = bare[:-INWARD] + "0" + bare[-INWARD + 1 :]
    return (bare, "") if POSTCODE.fullmatch(bare) else ("", bare)


def _without_care_of(tokens: list[str]) -> list[str]:
    """Without `c/o` and who it names: up to a comma or the end of a firm's name."""
    for place in range(len(tokens)):
        if tokens[place : place + 2] == ["c", "o"]:
            after = tokens[place + 2 :]
            ends = [at for at, word in enumerate(after) if word == "," or word in CARE_OF]
            return tokens[:place] + (after[ends[0] + 1 :] if ends else after)
    return tokens


def _parts(tokens: list[str]) -> tuple[set[str], str, list[str]]:
    """The parts of a building that are named as such, what they are called, and all other words."""
    parts, label, rest = set[str](), "", list[str]()
    place = 0
    while place < len(tokens):
        token = tokens[place]
        floor = FLOORS.get(token, "")
        if floor and tokens[place + 1 : place + 2] and tokens[place + 1] in FLOOR:
            parts.add(f"floor {floor}")
            label = label or "floor"
            place += 2
            while place < len(tokens) and tokens[place] in {"flat", "office", "offices", "and"}:
                if place + 1 < len(tokens) and _name_of_part(tokens[place + 1]):
                    break
                place += 1
            continue
        used = _named_part(tokens, place, parts)
        if used:
            label = label or ("flat" if token in FLAT or token in ALONE else "unit")
            place += used
            continue
        rest.append(token)
        place += 1
    return parts, label, rest


def _named_part(tokens: list[str], place: int, parts: set[str]) -> int:
    """Adds the part that begins here to `parts`; how many words it takes, 0 if none begins."""
    word = tokens[place]
    if not place and word in LIKE_FLAT and tokens[1:] and _name_of_part(tokens[1]):
        word = "flat"
    block = word in {"block", "blk"}
    if not (word in FLAT or word in UNIT or word in ALONE or block):
        return 0
    after = place + 1
    while after < len(tokens) and tokens[after] in NUMBER_SIGNS:
        after += 1
    name = _name_of_part(tokens[after]) if after < len(tokens) else ""
    if name:
        parts.add(f"block {name}" if block else name)
        more = tokens[after + 1 : after + 2]
        if not block and re.fullmatch("[0-9]+", name) and more and re.fullmatch("[a-h]", more[0]):
            parts.remove(name)
            parts.add(name + more[0])
            after += 1
        return after + 1 - place
    if word in ALONE and not block:
        parts.add(word)
        return 1
    return 0


def _name_of_part(token: str) -> str:
    """The name of a part, if this is one: `2`, `b`, `2b`, `b12`, `3-4`, `two`."""
    if re.fullmatch(r"[0-9]+[a-z]?|[a-z][0-9]+[a-z]?|[a-hj-z]", token):
        return _bare(token)
    if NUMBER.fullmatch(token):
        return re.sub(r"\s", "", token)
    return SPOKEN.get(token, "")


def _bare(token: str) -> str:
    return token.lstrip("0") or "0"


def _numbered(parts: set[str], label: str, rest: list[str]) -> tuple[Address, ...]:
    """With the number that stands before the street: the last one that a word follows."""
    places = [at for at, token in enumerate(rest) if NUMBER.fullmatch(token)]
    followed = [at for at in places if any(word != "," for word in rest[at + 1 :])]
    if not places:
        return (_without_number(parts, label, rest),)
    main = (followed or places)[-1]
    before, after = rest[:main], rest[main + 1 :]
    others = {_bare(rest[at]) for at in places if at < main and "-" not in rest[at]}
    before = [token for token in before if not NUMBER.fullmatch(token)]
    if len(after) > 1 and re.fullmatch("[a-h]", after[0]) and after[1] != ",":
        parts, after = parts | {after[0]}, after[1:]
    found = parts or others
    street, tail = _street([word for word in after if word != ","])
    names = tuple(word for word in before if word != ",")
    made = Address(names=names, street=street, tail=tail, label=label)
    return tuple(
        replace(made, number=number, until=until, parts=frozenset(found | more))
        for number, until, more in _readings(rest[main], alone=not found)
    )


def _without_number(parts: set[str], label: str, rest: list[str]) -> Address:
    """A unit of a site, or a floor of a house, has its own number in the number's place."""
    words = tuple(word for word in rest if word != ",")
    floors = {part for part in parts if part.startswith("floor")}
    others = parts - floors
    numbered = NUMBER.fullmatch(next(iter(others))) if len(others) == 1 else None
    if numbered is None or label == "flat" or numbered[3] == "/":
        return Address(names=words, parts=frozenset(parts), label=label)
    street, tail = _street(list(words))
    letter = {numbered[2]} if numbered[2] else set[str]()
    return Address(
        number=_bare(numbered[1]),
        until=_bare(numbered[4]) if numbered[4] else "",
        parts=frozenset(floors | letter),
        label=label,
        street=street,
        tail=tail,
    )


def _readings(token: str, *, alone: bool) -> list[tuple[str, str, set[str]]]:
    """Number, last number of a range, and parts, for each way to read it."""
    found = NUMBER.fullmatch(token)
    if found is None:
        return [("", "", set())]
    first, letter, sign, other, other_letter = found.groups(default="")
    first, other = _bare(first), _bare(other) if other else ""
    own = {letter} if letter else set[str]()
    if not sign:
        return [(first, "", own)]
    range_ = (first, other, own) if other and int(other) > int(first) else None
    if sign == "-":
        return [range_] if range_ else [(first, "", own | {other + other_letter} - {""})]
    as_part = (first, "", own | {other + other_letter})
    if range_ and not alone:
        return [range_]
    return [as_part, range_] if range_ else [as_part]


def _street(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words up to the street's last word, and those after."""
    ends = 1
    for place, word in enumerate(words[1:LONGEST_STREET], start=1):
        if word in STREET:
            ends = place + 1
            while ends < len(words) and words[ends] in COMPASS:
                ends += 1
            break
    return tuple(words[:ends]), tuple(words[ends:])
