"""Which reference numbers do the town's people and homes have, and how are they written?

All are outside the ranges given to anybody: UPRNs begin 999 after leading zeros, NHS numbers
begin 9 (never issued in England), National Insurance numbers carry administrative prefixes, and
unique pupil numbers belong to a local authority 000.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Int64s = npt.NDArray[np.int64]

NINO_PREFIXES = ("MW", "NC", "PY", "PZ", "CR")
NINO_SUFFIXES = "ABCD"
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
UPRN_FIRST, UPRN_ROOM = 9_990_000_000, 10_000_000
USRN_FIRST, USRN_ROOM = 99_000_000, 1_000_000
NHS_FIRST, NHS_ROOM = 900_000_000, 100_000_000
NINO_ROOM = len(NINO_PREFIXES) * 1_000_000 * len(NINO_SUFFIXES)


def scattered(rng: np.random.Generator, *, count: int, room: int) -> Int64s:
    """Distinct numbers below `room` that do not tell their order, int64, shape (count,).

    Raises:
        ValueError: there is not room for so many.
    """
    if count > room:
        message = f"{count} distinct numbers do not fit below {room}"
        raise ValueError(message)
    step = int(rng.integers(room // 3, room // 2))
    while np.gcd(step, room) != 1:
        step += 1
    start = int(rng.integers(room))
    return (np.arange(count, dtype=np.int64) * step + start) % room


def uprns(rng: np.random.Generator, count: int) -> Int64s:
    """Distinct UPRNs of 10 digits."""
    return UPRN_FIRST + scattered(rng, count=count, room=UPRN_ROOM)


def usrns(rng: np.random.Generator, count: int) -> Int64s:
    """Distinct USRNs of 8 digits."""
    return USRN_FIRST + scattered(rng, count=count, room=USRN_ROOM)


def nhs_numbers(rng: np.random.Generator, count: int) -> Int64s:
    """Distinct NHS numbers of 10 digits beginning 9, the last the check digit modulo 11.

    Source: NHS Data Model and Dictionary, NHS NUMBER.
    """
    tried = count + count // 8 + 64  # one in eleven has no check digit
    nine = NHS_FIRST + scattered(rng, count=tried, room=NHS_ROOM)
    total = np.zeros(tried, dtype=np.int64)
    for place in range(9):
        total += (nine // 10**place % 10) * (place + 2)
    check = (11 - total % 11) % 11
    whole: Int64s = nine * 10 + check
    return np.asarray(whole[check != 10][:count])  # noqa: PLR2004 - the digit that is not one


def ninos(rng: np.random.Generator, count: int) -> Int64s:
    """Distinct places among the National Insurance numbers that `nino_text` can write."""
    return scattered(rng, count=count, room=NINO_ROOM)


def nino_text(nino: Int64s) -> pa.Array:
    """National Insurance numbers, "PZ123456C"; null where the number is -1."""
    digits, suffix = np.divmod(nino, len(NINO_SUFFIXES))
    prefix, digits = np.divmod(digits, 1_000_000)
    letters = np.array([list(text.encode()) for text in NINO_PREFIXES], np.uint8)
    written = np.empty((len(nino), 9), np.uint8)
    written[:, :2] = letters[prefix.clip(0)]
    written[:, 2:8] = _digits(digits, 6)
    written[:, 8] = np.frombuffer(NINO_SUFFIXES.encode(), np.uint8)[suffix]
    return _text(written, nino < 0)


def upn_text(upn: Int64s) -> pa.Array:
    """Unique pupil numbers of 13 characters, check letter first; null where the number is -1.

    Source: Department for Education, Unique pupil numbers guide: the twelve digits times 2 to 13,
    modulo 23, count into the alphabet without I, O and S.
    """
    digits = _digits(upn.clip(0), 12)
    total = ((digits - ord("0")).astype(np.int64) * np.arange(2, 14)).sum(axis=1)
    written = np.empty((len(upn), 13), np.uint8)
    written[:, 0] = np.frombuffer(UPN_LETTERS.encode(), np.uint8)[total % len(UPN_LETTERS)]
    written[:, 1:] = digits
    return _text(written, upn < 0)


def padded(number: Int64s, width: int) -> pa.Array:
    """Numbers with leading zeros; null where the number is negative."""
    return _text(_digits(number.clip(0), width), number < 0)


def uprn_text(uprn: Int64s) -> pa.Array:
    """UPRNs with 12 digits, "009990000123"; null where the UPRN is -1."""
    return padded(uprn, 12)


def nhs_text(nhs: Int64s) -> pa.Array:
    """NHS numbers of 10 digits without spaces; null where the number is -1."""
    return padded(nhs, 10)


def _digits(number: Int64s, width: int) -> npt.NDArray[np.uint8]:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (np.asarray(number)[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def _text(written: npt.NDArray[np.uint8], missing: npt.NDArray[np.bool_]) -> pa.Array:
    """Rows of ASCII bytes as Arrow strings."""
    count, width = written.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    held = pa.StringArray.from_buffers(
        count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(written))
    )
    if not missing.any():
        return held
    return pa.compute.if_else(pa.array(~missing), held, None)
