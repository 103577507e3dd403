"""What is true of the town's people, homes, stays and families? Written for tests to read.

The product never reads these files. A day that never comes is null; so is a code that is none.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from joinedup.town.addresses import home_addresses
from joinedup.town.days import NEVER
from joinedup.town.entities import BANDS, FAMILY_KINDS, HOME_KINDS, NONE, TENURES, World
from joinedup.town.names.cultures import CULTURES, LANGUAGES
from joinedup.town.numbers import nhs_text, nino_text, upn_text, uprn_text

ROWS_A_GROUP = 100_000
SEXES = ("female", "male")


def write_truth(world: World, folder: Path) -> None:
    """Write people, homes, stays and families as Parquet into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in (
        ("people", people_table(world)),
        ("homes", homes_table(world)),
        ("stays", stays_table(world)),
        ("families", families_table(world)),
    ):
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=ROWS_A_GROUP)


def _days(days: npt.NDArray[np.int32]) -> pa.Array:
    return pa.array(days, mask=days == NEVER).cast(pa.date32())


def _known(codes: npt.NDArray[np.integer]) -> pa.Array:
    return pa.array(codes, mask=codes == NONE)


def _word(codes: npt.NDArray[np.integer], words: tuple[str, ...] | str) -> pa.Array:
    held = pa.array(np.asarray(codes, np.int32), mask=np.asarray(codes, np.int32) < 0)
    return pa.DictionaryArray.from_arrays(held, pa.array(list(words)))


def people_table(world: World) -> pa.Table:
    """One row for each person, `person` the id."""
    people, names = world.people, world.names
    return pa.table(
        {
            "person": pa.array(np.arange(len(people.born), dtype=np.int32)),
            "forename": names.forename.dictionary(people.forename),
            "middle": names.forename.dictionary(people.middle),
            "surname": names.surname.dictionary(people.surname),
            "birth_surname": names.surname.dictionary(people.birth_surname),
            "surname_changed": _days(people.surname_changed),
            "culture": _word(people.culture, CULTURES),
            "language": _word(people.language, LANGUAGES),
            "sex": _word(people.sex, SEXES),
            "born": _days(people.born),
            "died": _days(people.died),
            "family": pa.array(people.family),
            "mother": _known(people.mother),
            "father": _known(people.father),
            "twin_of": _known(people.twin_of),
            "nhs": nhs_text(people.nhs),
            "nino": nino_text(people.nino),
            "upn": upn_text(people.upn),
            "practice": _word(people.practice, world.practices.code),
            "school": _known(
                np.where(people.school >= 0, world.schools.estab[people.school], NONE)
            ),
            "student": pa.array(people.student),
        }
    )


def homes_table(world: World) -> pa.Table:
    """One row for each home, `home` the id."""
    homes, at = world.homes, home_addresses(world)
    return pa.table(
        {
            "home": pa.array(np.arange(len(homes.uprn), dtype=np.int32)),
            "uprn": uprn_text(homes.uprn),
            "parent_uprn": uprn_text(homes.parent),
            "sao": at.sao,
            "pao": at.pao,
            "street": at.street,
            "postcode": at.postcode,
            "output_area": _word(homes.oa, world.areas.oa_code),
            "ward": _word(world.areas.oa_ward[homes.oa], world.areas.ward_code),
            "kind": _word(homes.kind, HOME_KINDS),
            "tenure": _word(homes.tenure, TENURES),
            "rooms": pa.array(homes.rooms),
            "built": pa.array(homes.built),
            "band": _word(homes.band, BANDS),
            "easting": pa.array(homes.easting),
            "northing": pa.array(homes.northing),
            "first_day": _days(homes.first_day),
            "above_shop": pa.array(homes.above_shop),
            "is_hmo": pa.array(homes.is_hmo),
            "places": pa.array(homes.places),
        }
    )


def stays_table(world: World) -> pa.Table:
    """One row for each stay, sorted by person and first day; `to_day` is the first day away."""
    stays = world.stays
    return pa.table(
        {
            "person": pa.array(stays.person),
            "home": pa.array(stays.home),
            "from_day": _days(stays.from_day),
            "to_day": _days(stays.to_day),
        }
    )


def families_table(world: World) -> pa.Table:
    """One row for each family, `family` the id."""
    families = world.families
    return pa.table(
        {
            "family": pa.array(np.arange(len(families.kind), dtype=np.int32)),
            "kind": _word(families.kind, FAMILY_KINDS),
            "culture": _word(families.culture, CULTURES),
        }
    )
