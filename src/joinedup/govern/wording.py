"""Does a sentence of a result tell of too few?

Words are not tables, so this does not decide that a sentence is safe. It finds the forms in which
small counts are told ("3 homes", "7 of the 50", "a single family"), and leaves what it finds for
people: a sentence with such a form leaves only if two reviewers say that they have read it.

Numbers with a unit of time, money, distance or share, rates ("1 in 140") and years are no counts.
"""

import re
from collections.abc import Collection, Iterator

from joinedup.result.blocks import (
    Block,
    Caution,
    Checks,
    Estimates,
    Figure,
    Map,
    Prose,
    Table,
)
from joinedup.result.model import Result

WORDS_FOR_CASES = """
    people persons person adults adult children child pupils pupil patients patient residents
    resident tenants tenant families family households household homes home dwellings dwelling
    premises properties property businesses business establishments cases case inspections
    inspection visits visit incidents incident referrals referral claims claim claimants victims
    victim offenders sleepers women men girls boys addresses address buildings
"""
WORDS_FOR_UNITS = """
    day days week weeks month months year years hour hours minute minutes second seconds time
    times mile miles km metre metres point points pound pounds pence percent per decimal
    decimals tenth tenths group groups area areas ward wards step steps column columns feature
    features rule rules model models field fields dataset datasets table tables source sources
"""
COUNTED = frozenset(WORDS_FOR_CASES.split())
NOT_A_COUNT = frozenset(WORDS_FOR_UNITS.split())
SMALL = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "single": 1,
    "sole": 1,
}
NUMBER = rf"(?<![\w.,£$€:/-])(\d{{1,3}}(?:,\d{{3}})+|\d+|{'|'.join(SMALL)})(?![\w%:/]|[.,]\d|\s%)"
OF = re.compile(
    rf"(?i){NUMBER}\s+(?:out\s+)?of\s+(?:the\s+|all\s+|these\s+|those\s+)*{NUMBER}"
    r"(\s+[^\W\d_]+)?"
)
THEM = re.compile(rf"(?i){NUMBER}\s+of\s+(?:them|these|those|whom|which)\b")
SOME = re.compile(rf"(?i){NUMBER}((?:\s+[^\W\d_][\w'\u2019-]*){{1,4}})")
RATE = re.compile(r"(?i)\b(?:1|one)\s+in\s+(?:\d[\d,]*|[a-z]+)\b")


def unjudged(result: Result, *, fewest: int) -> tuple[str, ...]:
    """Sentences of the result in which a number may count too few, each once, in reading order.

    Args:
        result: as it would leave; the cells of its tables are not looked at.
        fewest: smallest count that may be shown.
    """
    nouns = COUNTED | _own_nouns(result)
    found = (
        sentence
        for text in _texts(result)
        for sentence in re.split(r"(?<=[.!?;])\s+|\n+", text)
        if tells_of_few(sentence, fewest=fewest, nouns=nouns)
    )
    return tuple(dict.fromkeys(found))


def tells_of_few(sentence: str, *, fewest: int, nouns: Collection[str] = COUNTED) -> bool:
    """Whether a sentence holds a form in which a count from 1 to below `fewest` is told.

    >>> tells_of_few("7 of the 50 homes had a fire.", fewest=10)
    True
    >>> tells_of_few("About 1 in 140 homes; 30 days earlier.", fewest=10)
    False
    """
    plain = RATE.sub("", sentence)
    if any(_few(part, fewest) for part in THEM.findall(plain)):
        return True
    for few, all_of, noun in OF.findall(plain):
        part, whole = _value(few), _value(all_of)
        shared = any(0 < count < fewest for count in (part, whole, whole - part))
        if shared and noun.strip().casefold() not in NOT_A_COUNT:
            return True
    return any(
        _few(number, fewest) and _counts(after.casefold().split(), nouns)
        for number, after in SOME.findall(plain)
    )


def _few(number: str, fewest: int) -> bool:
    return 0 < _value(number) < fewest


def _counts(words: list[str], nouns: Collection[str]) -> bool:
    """Whether one of the words after a number says whom it counts, before another unit does."""
    for word in words:
        bare = word.strip("'\u2019-")
        if bare in NOT_A_COUNT:
            return False
        if bare in nouns:
            return True
    return False


def _value(text: str) -> int:
    return SMALL.get(text.casefold()) or int(text.replace(",", ""))


def _own_nouns(result: Result) -> frozenset[str]:
    """The words at the heads of the result's own counts: what it calls its cases."""
    heads = (
        column.heading
        for block in result.blocks
        for table in _tables(block)
        for column in table.columns
        if column.kind == "count"
    )
    words = {word.casefold() for head in heads for word in re.findall(r"[^\W\d_]{3,}", head)}
    return frozenset(words - NOT_A_COUNT - {"the", "with", "and", "are", "have", "had", "found"})


def _texts(result: Result) -> Iterator[str]:
    yield result.headline
    for block in result.blocks:
        yield from _said(block)


def _said(block: Block) -> Iterator[str]:
    """The running text of a block, without its cells."""
    match block:
        case Prose():
            yield from (block.heading, block.text)
        case Caution():
            yield block.text
        case Figure() | Map():
            yield from (block.title, block.alt)
        case Checks():
            yield from (check.detail for check in block.items)
        case Estimates():
            yield block.title
        case Table():
            pass
    for table in _tables(block):
        yield from (table.title, table.note)


def _tables(block: Block) -> tuple[Table, ...]:
    if isinstance(block, Table):
        return (block,)
    return (block.table,) if isinstance(block, Figure | Map) else ()
