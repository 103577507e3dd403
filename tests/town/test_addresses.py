"""One flat, one cottage and one tower, as different clerks write them."""

from types import SimpleNamespace as Some

import numpy as np
import pytest

from joinedup.town.addresses import STYLES, Addresses, draw_styles
from joinedup.town.entities import Pool


@pytest.fixture
def addresses():
    homes = Some(
        street=np.array([0, 1, 0, 0]),
        number=np.array([14, 0, 3, 8], np.int16),
        flat=np.array([2, 0, 30, 0], np.int16),
        building=np.array([-1, 0, 1, -1]),
        postcode=np.array([0, 1, 0, 0]),
        oa=np.array([0, 0, 0, 0]),
        uprn=np.array([9_990_000_123, 9_990_000_124, 9_990_000_125, 9_990_000_126]),
    )
    return Addresses(
        Some(
            homes=homes,
            streets=Some(name=np.array([1, 0])),
            names=Some(
                street=Pool.of(["Mill Lane", "High Street"]),
                building=Pool.of(["Rose Cottage", "Union Tower"]),
            ),
            postcodes=Some(text=Pool.of(["ZT1 4AB", "ZT1 4AD"])),
            areas=Some(oa_code=("T00000001",)),
        )
    )


WRITTEN = {
    "full": [
        "Flat 2, 14 High Street",
        "Rose Cottage, Mill Lane",
        "Flat 30, Union Tower, 3 High Street",
        "8 High Street",
    ],
    "run_on": [
        "Flat 2 14 High Street",
        "Rose Cottage Mill Lane",
        "Flat 30 Union Tower 3 High Street",
        "8 High Street",
    ],
    "slashed": ["14/2 High St", "Rose Cottage, Mill La", "3/30 High St", "8 High St"],
    "building": [
        "Flat 2 14 High St",
        "Rose Cottage, Mill La",
        "Flat 30 Union Tower, High St",
        "8 High St",
    ],
    "lettered": ["14B High Street", "Rose Cottage, Mill Lane", "3/30 High Street", "8 High Street"],
}


@pytest.mark.parametrize("style", STYLES)
def test_an_address_is_written_in_the_clerks_style(addresses, style):
    assert addresses.of(np.arange(4), style).to_pylist() == WRITTEN[style]


def test_no_home_has_no_address(addresses):
    nowhere = np.array([-1, 0])
    assert addresses.of(nowhere, "full").to_pylist() == ["", "Flat 2, 14 High Street"]
    assert addresses.postcode(nowhere).to_pylist() == ["", "ZT1 4AB"]
    assert addresses.uprn(nowhere).to_pylist() == ["", "009990000123"]
    assert addresses.area(nowhere).to_pylist() == ["", "T00000001"]


def test_each_record_is_in_its_own_style(addresses):
    mix = (("full", 0.5), ("slashed", 0.5))
    written = addresses.mixed(np.array([0, 0]), np.array([0, 1], np.uint8), mix)
    assert written.to_pylist() == ["Flat 2, 14 High Street", "14/2 High St"]


def test_styles_are_drawn_at_their_shares():
    mix = (("full", 0.7), ("slashed", 0.2), ("run_on", 0.1))
    drawn = np.bincount(draw_styles(np.random.default_rng(1), mix, 10_000)) / 10_000
    assert drawn == pytest.approx([0.7, 0.2, 0.1], abs=4 * 0.5 / 100)
