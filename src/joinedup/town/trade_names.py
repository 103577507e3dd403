"""What is a business called? Words, owners' names, wards; and what the next one is called."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.entities import World
from joinedup.town.presence import Rows

TRADES = (
    "Restaurant", "Take-away", "Café", "Convenience store", "Butcher", "Hairdresser", "Nail bar",
    "Car wash", "Garage", "Builder", "Lettings", "Warehouse", "Cleaning", "Launderette",
    "Clothing", "Electrical shop", "Nursery", "Public house", "Joinery", "Scrap metal",
)  # fmt: skip
NOUNS = (
    "Kitchen", "Pizza", "Café", "Stores", "Meats", "Hair", "Nails", "Hand Car Wash", "Motors",
    "Builders", "Lettings", "Logistics", "Cleaning", "Laundry", "Fashions", "Electricals",
    "Day Nursery", "Inn", "Joinery", "Metals",
)  # fmt: skip
FIRST_WORDS = (
    "Amber", "Harbour", "Northgate", "Silver", "Kingfisher", "Bridge", "Castle", "Orchard",
    "Crown", "Lantern", "Meadow", "Star", "Golden", "Royal", "Riverside", "Fresh", "Corner",
    "Sunrise", "Blue", "Station", "Market", "Abbey", "Prime", "Swift", "Union", "Victoria",
)  # fmt: skip
CHAIN_WORDS = (
    "Bellwether", "Quillmart", "Oakhurst", "Fennimore", "Pennywise", "Larkspur", "Tallow & Vine",
    "Brightwell", "Copperdene", "Hallowby", "Mossgate", "Wexcombe",
)  # fmt: skip
SUFFIXES = ("Ltd", "Limited", "LTD", "UK Ltd")

HOLDING = 0.3
"""Share of companies whose name in law is another."""


def trading(
    world: World,
    owner: Rows,
    trade: Rows,
    *,
    chain: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> pa.Array:
    """What stands over the door, one for each owner; a chain's is its own word."""
    rows = len(owner)
    noun = _pick(NOUNS, trade)
    word = _pick(FIRST_WORDS, rng.integers(0, len(FIRST_WORDS), rows))
    ward = _pick(world.areas.ward_name, rng.integers(0, len(world.areas.ward_name), rows))
    chains = _pick(CHAIN_WORDS, np.arange(rows) % len(CHAIN_WORDS))
    surname = _surname(world, owner)
    names = [
        pc.binary_join_element_wise(surname, noun, "'s "),
        pc.binary_join_element_wise(word, noun, " "),
        pc.binary_join_element_wise("The", word, noun, " "),
        pc.binary_join_element_wise(surname, "& Co", noun, " "),
        pc.binary_join_element_wise(ward, noun, " "),
        pc.binary_join_element_wise(chains, noun, " "),
    ]
    pattern = np.where(chain, len(names) - 1, rng.integers(0, len(names) - 1, rows))
    return pc.choose(pa.array(pattern), *names)


def legal(
    world: World,
    owner: Rows,
    names: pa.Array,
    *,
    sole: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> pa.Array:
    """The name in law: a sole trader's own; a company's, often not what stands over the door."""
    rows = len(owner)
    own = pc.binary_join_element_wise(_forename(world, owner), _surname(world, owner), " ")
    word = _pick(FIRST_WORDS, rng.integers(0, len(FIRST_WORDS), rows))
    holding = pc.binary_join_element_wise(_surname(world, owner), word, "Holdings Ltd", " ")
    pattern = np.where(sole, 2, rng.random(rows) < HOLDING).astype(np.int64)
    return pc.choose(pa.array(pattern), limited(names, rng), holding, own)


def limited(names: pa.Array, rng: np.random.Generator) -> pa.Array:
    """Names as a company's, each with one of the usual endings."""
    endings = _pick(SUFFIXES, rng.integers(0, len(SUFFIXES), len(names)))
    return pc.binary_join_element_wise(names, endings, " ")


def again(names: pa.Array, rng: np.random.Generator) -> pa.Array:
    """What the next company is called: nearly the same."""
    kinds = [
        pc.binary_join_element_wise("New", names, " "),
        pc.binary_join_element_wise(names, "(Ambleford)", " "),
        pc.binary_join_element_wise(names, "2024", " "),
        names,
    ]
    return pc.choose(pa.array(rng.integers(0, len(kinds), len(names))), *kinds)


def linked(
    world: World,
    owner: int,
    trade: Rows,
    heir: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> pa.Array:
    """Names of a group: one root, and an heir's name is nearly the one before."""
    root = str(_surname(world, np.array([owner]))[0])[:4].title()
    names = pc.binary_join_element_wise(f"{root}co", _pick(NOUNS, trade), " ")
    return pc.if_else(pa.array(heir), again(names, rng), names)


def _pick(words: Sequence[str], codes: npt.NDArray[np.integer]) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(codes))


def _surname(world: World, person: Rows) -> pa.Array:
    """Surnames; the only name of who has one name."""
    codes = world.people.surname[person]
    surnames = world.names.surname.take(codes)
    return pc.if_else(pa.array(codes >= 0), surnames, _forename(world, person))


def _forename(world: World, person: Rows) -> pa.Array:
    return world.names.forename.take(world.people.forename[person])
