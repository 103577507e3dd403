"""How is an address of the town written, part by part?

The parts of a British address: a flat (SAO), a building or number (PAO), street, town, postcode.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.entities import Blocks, Homes, World

TOWN = "Ambleford"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Arrow strings, shape (addresses,) each; empty where there is no such part.

    Attributes:
        sao: "Flat 3". pao: "12", "Kestrel House", or "Kestrel House 12". street, postcode.
    """

    sao: pa.Array
    pao: pa.Array
    street: pa.Array
    postcode: pa.Array


def home_addresses(world: World, rows: npt.NDArray[np.integer] | slice = slice(None)) -> Addresses:
    """The addresses of these homes; of all where none are named."""
    homes = world.homes
    flat = homes.flat[rows]
    numbered = pc.binary_join_element_wise("Flat", pc.cast(pa.array(flat), pa.string()), " ")
    sao = pc.if_else(pa.array(flat > 0), numbered, "")
    return Addresses(sao=sao, **_outer(world, homes, rows))


def block_addresses(world: World) -> Addresses:
    """The addresses of the shells of blocks and converted houses."""
    none = pa.array(np.full(len(world.blocks.uprn), "", dtype="U1"), pa.string())
    return Addresses(sao=none, **_outer(world, world.blocks, slice(None)))


def _outer(
    world: World, at: Homes | Blocks, rows: npt.NDArray[np.integer] | slice
) -> dict[str, pa.Array]:
    """Everything but the flat."""
    number = at.number[rows]
    digits = pc.if_else(pa.array(number > 0), pc.cast(pa.array(number), pa.string()), "")
    named = world.names.building.take(at.building[rows])
    both = pc.utf8_trim(pc.binary_join_element_wise(named, digits, " "), " ")
    return {
        "pao": both,
        "street": world.names.street.take(world.streets.name[at.street[rows]]),
        "postcode": world.postcodes.text.take(at.postcode[rows]),
    }
