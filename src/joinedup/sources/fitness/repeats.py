"""Which rows say again what another row said?"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from joinedup.core.vocabulary import Dataset, Standard
from joinedup.sources.fitness.coded import EMPTY, Coded

REPEATED = "repeated rows"
BUT_FOR_KEY = "the same but for the key"
SAME_PERSON = "same name and birth date"
# Without one of these, two things on one day in one place say the same by coincidence.
TELLING: tuple[Standard, ...] = (
    *("address", "company_number", "email", "full_name", "nhs_number", "nino"),
    *("phone", "surname", "uprn", "upn"),
)
LARGEST = 2**63 - 1
NAMES: tuple[tuple[Standard, ...], ...] = (("surname", "forename"), ("full_name",))


def defects(columns: Mapping[str, Coded], dataset: Dataset) -> dict[str, int]:
    """Rows beyond the first that say the same; each is counted under the first that fits.

    Args:
        columns: every field of the delivery, by name.
        dataset: what was promised: its key, and which fields say who or where.
    """
    rest = [name for name in columns if name not in dataset.key]
    whole = _together([columns[name] for name in columns])
    different = _different(whole)
    found = {REPEATED: len(whole) - different}
    if dataset.key and any(dataset.fields[name].standard in TELLING for name in rest):
        unkeyed = _together([columns[name] for name in rest])
        found[BUT_FOR_KEY] = different - _different(unkeyed)
        whole = unkeyed
    person = _person(columns, dataset)
    if person is not None:
        known = np.all([columns[name].codes != EMPTY for name in person], axis=0)
        same = _together([_folded(columns[name]) for name in person])
        found[SAME_PERSON] = _different(whole[known]) - _different(same[known])
    return {name: count for name, count in found.items() if count}


def _person(columns: Mapping[str, Coded], dataset: Dataset) -> list[str] | None:
    """The fields that together name a person and the day of birth, if the delivery has them."""
    by_standard = {dataset.fields[name].standard: name for name in reversed(list(columns))}
    for names in NAMES:
        wanted: Sequence[Standard] = (*names, "birth_date")
        if all(standard in by_standard for standard in wanted):
            return [by_standard[standard] for standard in wanted]
    return None


def _folded(column: Coded) -> Coded:
    """Values that differ in capitals and spaces alone, as one."""
    plain = pc.utf8_lower(column.texts)
    plain = pc.replace_substring_regex(pc.utf8_trim_whitespace(plain), r"\s+", " ")
    again = plain.dictionary_encode()
    codes = np.append(np.asarray(again.indices), np.int32(EMPTY))
    return Coded(again.dictionary, codes[column.codes])


def _together(columns: Sequence[Coded]) -> npt.NDArray[np.int64]:
    """A number for each row, the same for rows that agree in every column, shape (rows,).

    Exact: numbers are made dense again before they would grow past 2**63, and once all rows differ
    nothing more is asked.
    """
    ordered = sorted(columns, key=lambda column: -len(column.values))
    rows = np.zeros(len(ordered[0].codes) if ordered else 0, dtype=np.int64)
    most = 1
    for column in ordered:
        wide = len(column.values) + 1
        if most * wide > LARGEST:
            if _different(rows) == len(rows):
                break
            found, rows = np.unique(rows, return_inverse=True)
            most = len(found)
        rows = rows * wide + column.codes + 1
        most *= wide
        if wide > len(rows):  # no two have the same value, so they are all different
            break
    return rows


def _different(rows: npt.NDArray[np.int64]) -> int:
    return int((np.diff(np.sort(rows)) != 0).sum()) + 1 if len(rows) else 0


__all__ = ["BUT_FOR_KEY", "REPEATED", "SAME_PERSON", "defects"]
