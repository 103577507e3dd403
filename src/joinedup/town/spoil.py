"""What does each kind of error make of a text, a day or a number?

Every kernel takes clean values and one random number (`salt`, uint32) per value, and gives the
spoiled values: the same salt gives the same error. `can` says where a kind would change the text
at all, whatever the salt; an error is planted nowhere else.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.wording import same

Salt = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int32]
Letters = npt.NDArray[np.uint32]
Kernel = Callable[[pa.Array, Salt], pa.Array]

ROWS_OF_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
LOOKALIKES = {
    "O": "0", "0": "O", "o": "0", "I": "1", "1": "l", "l": "1", "S": "5", "5": "S", "s": "5",
    "B": "8", "8": "B", "Z": "2", "2": "Z", "G": "6", "6": "G", "g": "9", "e": "c", "n": "m",
    "a": "o",
}  # fmt: skip
SOUNDS_ALIKE = (
    ("ph", "f"), ("Ph", "F"), ("ck", "k"), ("ee", "ea"), ("sh", "ch"), ("th", "t"), ("Th", "T"),
    ("ll", "l"), ("tt", "t"), ("ss", "s"), ("nn", "n"), ("ie", "y"), ("ei", "ie"), ("ou", "oo"),
    ("Cl", "Kl"), ("Kh", "K"), ("kh", "k"), ("gh", "g"), ("y$", "ie"), ("ey$", "y"), ("z", "s"),
    ("v", "w"), ("w", "v"), ("C", "K"), ("K", "C"), ("c", "k"), ("k", "c"), ("i", "y"), ("y", "i"),
    ("e$", ""), ("o", "u"), ("u", "o"),
)  # fmt: skip
NICKNAMES = {
    "Abigail": "Abi", "Albert": "Bert", "Alexander": "Alex", "Alexandra": "Alex", "Alfred": "Alf",
    "Amanda": "Mandy", "Andrew": "Andy", "Anthony": "Tony", "Antonio": "Toni", "Barbara": "Babs",
    "Benjamin": "Ben", "Catherine": "Cathy", "Charles": "Charlie", "Charlotte": "Lottie",
    "Christine": "Chris", "Christopher": "Chris", "Daniel": "Dan", "David": "Dave",
    "Deborah": "Debbie", "Dorothy": "Dot", "Edward": "Ted", "Eleanor": "Ellie",
    "Elizabeth": "Liz", "Emily": "Em", "Frances": "Fran", "Francisco": "Paco", "Frederick": "Fred",
    "Gabriel": "Gabe", "George": "Georgie", "Gregory": "Greg", "Harold": "Harry",
    "Isabella": "Bella", "Jacqueline": "Jackie", "James": "Jim", "Jennifer": "Jen",
    "Jessica": "Jess", "Joanna": "Jo", "John": "Jack", "Jonathan": "Jon", "Joseph": "Joe",
    "Joshua": "Josh", "Katherine": "Kate", "Kathleen": "Kath", "Kenneth": "Ken",
    "Lawrence": "Larry", "Leonard": "Len", "Lucas": "Luke", "Margaret": "Maggie",
    "Maria": "Masha", "Martin": "Marty", "Matthew": "Matt", "Michael": "Mike", "Mohammed": "Mo",
    "Muhammad": "Mo", "Natalie": "Nat", "Nathan": "Nate", "Nicholas": "Nick", "Nicola": "Nicky",
    "Oliver": "Ollie", "Olivia": "Liv", "Pamela": "Pam", "Patricia": "Pat", "Patrick": "Paddy",
    "Peter": "Pete", "Philip": "Phil", "Rebecca": "Becky", "Richard": "Dick", "Robert": "Bob",
    "Ronald": "Ron", "Samantha": "Sam", "Samuel": "Sam", "Sandra": "Sandy", "Sarah": "Sally",
    "Stephen": "Steve", "Steven": "Steve", "Stuart": "Stu", "Susan": "Sue", "Terence": "Terry",
    "Theodore": "Theo", "Theresa": "Tess", "Thomas": "Tom", "Timothy": "Tim",
    "Victoria": "Vicky", "Vincent": "Vince", "William": "Bill", "Zachary": "Zach",
}  # fmt: skip
PARTICLES = (
    r"^(?:[Vv]an 't |[Vv]an de[nr]? |[Vv]an |[Vv]on |[Dd]e la |[Dd]e los |[Dd]el |[Dd][aeio]s? |"
    r"[Aa]l[- ]|[Ee]l[- ]|[Bb][ei]n |[Ii]bn |[Bb]int |[Tt]er |[Ll][ae] |O')"
)
"""What may be left out before a family name."""
SECOND_HALF = r"^(\S{2,}?)[- ]\S.*$"
"""A double name; the second half may be left out."""
CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
LEAST_LETTERS = 3
CASE = 32
"""The bit that a small letter has and its capital has not."""
LEFT_OUT, DOUBLED, SWAPPED, BESIDE = range(4)
"""Slips of the fingers."""


def text(kind: str, texts: pa.Array, salt: Salt) -> pa.Array:
    """The texts with this kind of error; shape as `texts`."""
    return _KERNELS[kind](texts, salt) if len(texts) else texts


def can(kind: str, texts: pa.Array) -> Bools:
    """Where this kind would change the text."""
    there = _flags(pc.greater(pc.utf8_length(texts), 0))
    return there & _ELIGIBLE[kind](texts) if kind in _ELIGIBLE else there


def _flags(found: pa.Array) -> Bools:
    flags: Bools = pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False)
    return flags


def _letters(texts: pa.Array) -> tuple[Letters, npt.NDArray[np.int64]]:
    """Texts as code points, filled with 0; shape (texts, longest + 1). And how long each is."""
    words = np.array(texts.to_pylist(), dtype=np.str_)
    wide = words.astype(f"<U{words.dtype.itemsize // 4 + 1}")
    points = wide.view(np.uint32).reshape(len(words), -1)
    return points, np.strings.str_len(words).astype(np.int64)


def _joined(points: Letters) -> pa.Array:
    whole = np.ascontiguousarray(points)
    return pa.array(whole.view(f"<U{whole.shape[1]}").ravel().tolist(), pa.string())


def _by_letter(table: dict[str, str]) -> Letters:
    """What replaces each code point below 256; 0 for nothing."""
    found = np.zeros(256, np.uint32)
    for old, new in table.items():
        found[ord(old)] = ord(new)
    return found


def _neighbours() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in ROWS_OF_KEYS:
        for key, other in zip(row, row[1:] + row[-2], strict=True):
            found |= {key: other, key.upper(): other.upper()}
    return found


NEIGHBOURS = _by_letter(_neighbours())
ALIKE = _by_letter(LOOKALIKES)


def _replaced(points: Letters, table: Letters) -> Letters:
    found: Letters = np.where(points < len(table), table[np.minimum(points, len(table) - 1)], 0)
    return found


def _typo(texts: pa.Array, salt: Salt) -> pa.Array:
    """One slip of the fingers, never at the first letter: left out, doubled, swapped, beside."""
    points, length = _letters(texts)
    place = 1 + ((salt >> 2) % np.maximum(length - 1, 1)).astype(np.int64)
    row = np.arange(len(points))
    beside = _replaced(points[row, place], NEIGHBOURS)
    alike = (points[row, place - 1] | CASE) == (points[row, place] | CASE)
    slip = salt % 4
    slip = np.where((slip == SWAPPED) & ((place == 1) | alike), LEFT_OUT, slip)
    slip = np.where((slip == BESIDE) & (beside == 0), LEFT_OUT, slip)[:, None]
    at, column = place[:, None], np.arange(points.shape[1])[None, :]
    source = np.where((slip == LEFT_OUT) & (column >= at), column + 1, column)
    source = np.where((slip == DOUBLED) & (column > at), column - 1, source)
    source = np.where((slip == SWAPPED) & (column == at), column - 1, source)
    source = np.where((slip == SWAPPED) & (column == at - 1), column + 1, source)
    spoiled = np.take_along_axis(points, np.minimum(source, points.shape[1] - 1), axis=1)
    struck = np.flatnonzero(slip[:, 0] == BESIDE)
    spoiled[struck, place[struck]] = beside[struck]
    return _joined(spoiled)


def _ocr(texts: pa.Array, salt: Salt) -> pa.Array:
    """One character read by a machine as another that looks like it."""
    points, _ = _letters(texts)
    other = _replaced(points, ALIKE)
    count = np.cumsum(other > 0, axis=1)
    wanted = 1 + salt % np.maximum(count[:, -1], 1)
    hit = (other > 0) & (count == wanted[:, None])
    return _joined(np.where(hit, other, points))


def _phonetic(texts: pa.Array, salt: Salt) -> pa.Array:
    """Written as heard: the first of the pairs, from a place drawn on, that is there."""
    first = pa.array(salt % len(SOUNDS_ALIKE))
    spoiled = texts
    for number, (sound, written) in enumerate(SOUNDS_ALIKE + SOUNDS_ALIKE):
        reached = pc.less_equal(first, number)
        waiting = pc.and_(reached, pc.equal(spoiled, texts))
        heard = pc.replace_substring_regex(texts, sound, written, max_replacements=1)
        spoiled = pc.if_else(waiting, heard, spoiled)
    return spoiled


def _nickname(texts: pa.Array, _salt: Salt) -> pa.Array:
    short = pa.array(list(NICKNAMES.values()))
    known = pc.index_in(texts, pa.array(list(NICKNAMES)))
    return pc.coalesce(short.take(known), texts)


def _particle_dropped(texts: pa.Array, _salt: Salt) -> pa.Array:
    """Without the particle before it; of a double name, the first half."""
    bare = pc.replace_substring_regex(texts, PARTICLES, "")
    half = pc.replace_substring_regex(texts, SECOND_HALF, r"\1")
    return pc.if_else(pc.equal(bare, texts), half, bare)


def _postcode_bad(texts: pa.Array, salt: Salt) -> pa.Array:
    """Only the outward half, the last letter lost, or a figure taken for a letter."""
    outward = pc.replace_substring_regex(texts, r" .*$", "")
    cut = pc.utf8_slice_codeunits(texts, 0, -1)
    letter = pc.replace_substring_regex(texts, r"\d([A-Z]+)$", r"O\1")
    which = pa.array((salt % 3).astype(np.int64))
    return pc.choose(which, outward, cut, letter)


def _uprn_float(texts: pa.Array, _salt: Salt) -> pa.Array:
    """As a spreadsheet's number: no leading zeros, a decimal nobody asked for."""
    bare = pc.utf8_ltrim(texts, "0")
    return pc.binary_join_element_wise(bare, ".0", "")


def _bad_check_digit(texts: pa.Array, salt: Salt) -> pa.Array:
    """A number beginning with a letter has another letter; one of digits ends in another digit."""
    points, length = _letters(texts)
    points = points.copy()
    row, last = np.arange(len(points)), length - 1
    letters = np.array([ord(letter) for letter in CHECK_LETTERS], np.uint32)
    turned = letters[(np.searchsorted(letters, points[:, 0]) + 1 + salt % 22) % len(letters)]
    lettered = points[:, 0] >= ord("A")
    digit = (points[row, last] - ord("0") + 1 + salt % 9) % 10 + ord("0")
    points[:, 0] = np.where(lettered, turned, points[:, 0])
    points[row, last] = np.where(lettered, points[row, last], digit)
    return _joined(points)


def _missing(texts: pa.Array, _salt: Salt) -> pa.Array:
    return same("", len(texts))


def _changed(kernel: Kernel, texts: pa.Array) -> Bools:
    spoiled = kernel(texts, np.zeros(len(texts), np.uint32))
    return _flags(pc.not_equal(spoiled, texts))


def _has_lookalike(texts: pa.Array) -> Bools:
    return _flags(pc.match_substring_regex(texts, f"[{''.join(LOOKALIKES)}]"))


def _long_enough(texts: pa.Array) -> Bools:
    return _flags(pc.greater_equal(pc.utf8_length(texts), LEAST_LETTERS))


_KERNELS: dict[str, Kernel] = {
    "typo": _typo,
    "ocr": _ocr,
    "phonetic": _phonetic,
    "nickname": _nickname,
    "particle_dropped": _particle_dropped,
    "postcode_bad": _postcode_bad,
    "uprn_float": _uprn_float,
    "bad_check_digit": _bad_check_digit,
    "missing": _missing,
}
_ELIGIBLE: dict[str, Callable[[pa.Array], Bools]] = {
    "typo": _long_enough,
    "ocr": _has_lookalike,
    "phonetic": partial(_changed, _phonetic),
    "nickname": partial(_changed, _nickname),
    "particle_dropped": partial(_changed, _particle_dropped),
}


def transposed(numbers: Days) -> Days:
    """Day and month exchanged, where both readings are days."""
    day, month, year = _split(numbers)
    swapped = (day <= 12) & (day != month)  # noqa: PLR2004 - months of a year
    return np.where(swapped, _day(year, day, month), numbers).astype(np.int32)


def can_transpose(numbers: Days) -> Bools:
    """Where day and month may be exchanged."""
    differs: Bools = transposed(numbers) != numbers
    return differs


def defaulted(numbers: Days, salt: Salt) -> Days:
    """The first of January: of the same year, or of 1900 for one in two."""
    _, _, year = _split(numbers)
    one = np.ones(len(numbers), np.int64)
    return np.where(salt % 2 == 0, _day(year, one, one), _day(one * 1900, one, one)).astype(
        np.int32
    )


def can_default(numbers: Days) -> Bools:
    """Where the first of January would be another day."""
    day, month, _ = _split(numbers)
    differs: Bools = (day != 1) | (month != 1)
    return differs


def in_future(numbers: Days, salt: Salt) -> Days:
    """Ten to thirty years too late."""
    return (numbers + 3652 + salt.astype(np.int64) % 7305).astype(np.int32)


def _split(numbers: Days) -> tuple[npt.NDArray[np.int64], ...]:
    stamp = numbers.astype("datetime64[D]")
    month = stamp.astype("datetime64[M]")
    day = (stamp - month).astype(np.int64) + 1
    months = month.astype(np.int64)
    return day, months % 12 + 1, months // 12 + 1970


def _day(
    year: npt.NDArray[np.int64], month: npt.NDArray[np.int64], day: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Days since 1970-01-01; a month over 12 is taken as 12, to be thrown away by the caller."""
    months = (year - 1970) * 12 + np.minimum(month, 12) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return first + day - 1
