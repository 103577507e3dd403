"""What are the streets, wards and buildings of the town called?"""

from functools import cache

import numpy as np

from joinedup.town.names.lists import sections

WARDS = sections("places")["wards"]
STREET_STEMS = sections("places")["street stems"]
STREET_ENDINGS = sections("places")["street endings"]


@cache
def street_names() -> tuple[str, ...]:
    """Every street name, the plain ones first, each group in a fixed mixed order."""
    plain = [f"{stem} {end}" for stem in STREET_STEMS for end in STREET_ENDINGS]
    order = np.random.default_rng(1879).permutation(len(plain))
    mixed = [plain[place] for place in order]
    words = ("Upper", "Lower", "Great", "Little")
    return (*mixed, *(f"{word} {name}" for word in words for name in mixed))


@cache
def building_names() -> tuple[str, ...]:
    """Every name of a building."""
    held = sections("places")
    return tuple(
        f"{stem} {end}" for stem in held["building stems"] for end in held["building endings"]
    )
