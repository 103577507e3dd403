"""What is a person, a home, a stay of the town? Frozen records of numpy arrays, index = id.

A code of -1 means none; a day of NEVER means not yet. Text is kept once, in pools, and arrays
hold codes into them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.town.days import NEVER

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Int8s = npt.NDArray[np.int8]
Int16s = npt.NDArray[np.int16]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

NONE = -1
FEMALE, MALE = 0, 1
HOME_KINDS = ("house", "flat", "large house", "care home", "new build")
HOUSE, FLAT, LARGE_HOUSE, CARE_HOME, NEW_BUILD = range(5)
TENURES = ("owner", "private rent", "social")
OWNER, PRIVATE_RENT, SOCIAL = range(3)
BANDS = "ABCDEFGH"
FAMILY_KINDS = ("couple", "couple with children", "lone parent", "single", "sharers", "institution")
COUPLE, COUPLE_WITH_CHILDREN, LONE_PARENT, SINGLE, SHARERS, INSTITUTION = range(6)
PHASES = ("primary", "secondary")
PRIMARY, SECONDARY = range(2)


@dataclass(frozen=True, slots=True)
class Pool:
    """Texts by code.

    Attributes:
        texts: Arrow strings, shape (codes,).
    """

    texts: pa.Array

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Pool":
        """A pool of these texts in this order."""
        return cls(pa.array(list(texts), pa.string()))

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, code: int) -> str:
        return "" if code < 0 else str(self.texts[int(code)].as_py())

    def take(self, codes: npt.NDArray[np.integer], *, none: str = "") -> pa.Array:
        """The text of each code, shape (codes,); `none` where the code is -1."""
        held = pa.array(np.asarray(codes, np.int64), mask=np.asarray(codes) < 0)
        return self.texts.take(held).fill_null(none)

    def dictionary(self, codes: npt.NDArray[np.integer]) -> pa.DictionaryArray:
        """The codes as an Arrow dictionary array over this pool; null where the code is -1."""
        held = pa.array(np.asarray(codes, np.int32), mask=np.asarray(codes) < 0)
        return pa.DictionaryArray.from_arrays(held, self.texts)


@dataclass(frozen=True, slots=True)
class Areas:
    """Output areas, in LSOAs, in wards.

    Attributes:
        oa_code: "T00000123", shape (oas,).
        oa_lsoa, oa_ward: int32, shape (oas,).
        oa_easting, oa_northing: centre of the output area, metres of EPSG:27700.
        lsoa_code: "T01000012", shape (lsoas,).
        lsoa_ward: int32, shape (lsoas,).
        lsoa_deprivation: decile, int8, 1 (most deprived) to 10.
        ward_code, ward_name: "T05000003", "Harbour"; shape (wards,).
        ward_student_share: share of the homes let room by room that a students' ward draws, 0 to 1.
        ward_selective_from: day selective licensing began, int32; NEVER in half of the wards.
        rings: per output area its outline, float64 (points, 2), metres, anticlockwise, the first
            point not repeated. Neighbours share their points exactly.
    """

    oa_code: tuple[str, ...]
    oa_lsoa: Int32s
    oa_ward: Int32s
    oa_easting: Floats
    oa_northing: Floats
    lsoa_code: tuple[str, ...]
    lsoa_ward: Int32s
    lsoa_deprivation: Int8s
    ward_code: tuple[str, ...]
    ward_name: tuple[str, ...]
    ward_student_share: Floats
    ward_selective_from: Int32s
    rings: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Streets:
    """Streets. `name` is a code into `Names.street`; `usrn` int64 of 8 digits; `oa` int32."""

    name: Int32s
    usrn: Int64s
    oa: Int32s


@dataclass(frozen=True, slots=True)
class Postcodes:
    """Postcodes: `text` "ZT1 4AB", shape (postcodes,); `oa` and `street` int32."""

    text: Pool
    oa: Int32s
    street: Int32s


@dataclass(frozen=True, slots=True)
class Blocks:
    """Shells of blocks of flats and of converted houses: addresses where nobody lives.

    Attributes: as in `Homes`; `first_day` is NEVER where the block was there before START.
    """

    uprn: Int64s
    oa: Int32s
    postcode: Int32s
    street: Int32s
    number: Int16s
    building: Int32s
    easting: Floats
    northing: Floats
    first_day: Int32s


@dataclass(frozen=True, slots=True)
class Homes:
    """Homes, shape (homes,) each.

    Attributes:
        uprn: int64 of 10 digits beginning 999; written with 12 digits.
        oa, postcode, street: int32 codes.
        number: number in the street, int16; 0 where the building has only a name.
        flat: number of the flat, int16; 0 where it is not a flat.
        building: code into `Names.building`, int32; -1 none.
        block: int32 into `Blocks`; -1 none.
        parent: UPRN of the shell, int64; -1 none.
        kind: int8, see HOME_KINDS.
        rooms: habitable rooms, int8.
        built: year, int16.
        tenure: int8, see TENURES.
        easting, northing: metres of EPSG:27700, to the centimetre.
        first_day: day a new build appears, int32; NEVER for what was there before START.
        band: council tax band, int8 code into BANDS.
        above_shop: a flat above a shop.
        is_hmo: let room by room to three or more adults of different families.
        places: people who can live there room by room, int16: HMOs and care homes; else 0.
    """

    uprn: Int64s
    oa: Int32s
    postcode: Int32s
    street: Int32s
    number: Int16s
    flat: Int16s
    building: Int32s
    block: Int32s
    parent: Int64s
    kind: Int8s
    rooms: Int8s
    built: Int16s
    tenure: Int8s
    easting: Floats
    northing: Floats
    first_day: Int32s
    band: Int8s
    above_shop: Bools
    is_hmo: Bools
    places: Int16s


@dataclass(frozen=True, slots=True)
class Names:
    """The texts that codes stand for.

    Attributes:
        forename, surname: of people; the surnames hold the composed ones too.
        surname_particle: code into `surname` of the same name without its particle, int32,
            shape (surnames,); -1 where it has none.
        street, building: of places.
    """

    forename: Pool
    surname: Pool
    surname_particle: Int32s
    street: Pool
    building: Pool


@dataclass(frozen=True, slots=True)
class People:
    """Everyone who lives or has lived in the town since START, shape (people,) each.

    Attributes:
        forename, middle: int32 codes into `Names.forename`; middle -1 where there is none.
        surname: int32 code into `Names.surname`, as on END; -1 for persons with one name only.
        birth_surname: int32; differs from `surname` where `surname_changed` is a day.
        surname_changed: day of the change, int32; NEVER where there was none.
        culture: uint8 into `cultures.CULTURES`.
        language: uint8 into `cultures.LANGUAGES`, the language spoken at home.
        sex: uint8, 0 female, 1 male.
        born, died: days, int32; died NEVER for the living.
        family: int32, the family on END or when last in the town.
        mother, father: int32; -1 where not in the town's books.
        twin_of: int32, each twin names the other; -1 none.
        nhs: NHS number, int64 of 10 digits beginning 9, check digit right.
        nino: int64 index for `numbers.nino_text`; -1 under 16 on END.
        upn: int64 for `numbers.upn_text`; -1 unless of school age.
        practice: int32. school: int32, -1 unless of school age.
        student: in further or higher education, living room by room.
    """

    forename: Int32s
    middle: Int32s
    surname: Int32s
    birth_surname: Int32s
    surname_changed: Int32s
    culture: Bytes
    language: Bytes
    sex: Bytes
    born: Int32s
    died: Int32s
    family: Int32s
    mother: Int32s
    father: Int32s
    twin_of: Int32s
    nhs: Int64s
    nino: Int64s
    upn: Int64s
    practice: Int32s
    school: Int32s
    student: Bools


@dataclass(frozen=True, slots=True)
class Stays:
    """Who lived where from when to when, sorted by (person, from_day); shape (stays,) each.

    A person lives there from `from_day` up to but not including `to_day`; NEVER: still there.
    A move within the town ends one stay and begins the next on the same day.
    """

    person: Int32s
    home: Int32s
    from_day: Int32s
    to_day: Int32s


@dataclass(frozen=True, slots=True)
class Families:
    """Families: `kind` int8 into FAMILY_KINDS, `culture` uint8; shape (families,)."""

    kind: Int8s
    culture: Bytes


@dataclass(frozen=True, slots=True)
class Schools:
    """Schools: `estab` int32 of 4 digits, `phase` int8 into PHASES, place in metres, `oa` int32."""

    name: tuple[str, ...]
    estab: Int32s
    phase: Int8s
    easting: Floats
    northing: Floats
    oa: Int32s


@dataclass(frozen=True, slots=True)
class Practices:
    """General practices: `code` "T00012", name, place in metres, `oa` int32."""

    code: tuple[str, ...]
    name: tuple[str, ...]
    easting: Floats
    northing: Floats
    oa: Int32s


@dataclass(frozen=True, slots=True)
class World:
    """The whole town: places, names, people and where they lived."""

    seed: int
    areas: Areas
    streets: Streets
    postcodes: Postcodes
    blocks: Blocks
    homes: Homes
    names: Names
    people: People
    families: Families
    stays: Stays
    schools: Schools
    practices: Practices


def home_on(world: World, day: int) -> Int32s:
    """The home of each person on a day, int32, shape (people,); -1 where not in the town."""
    stays = world.stays
    lived = (stays.from_day <= day) & ((stays.to_day == NEVER) | (stays.to_day > day))
    homes = np.full(len(world.people.born), NONE, dtype=np.int32)
    homes[stays.person[lived]] = stays.home[lived]
    return homes
