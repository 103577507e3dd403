import sys
from pathlib import Path

import pytest

from joinedup.town.world import World, build

sys.path.insert(0, str(Path(__file__).parent))

PEOPLE, SEED = 20_000, 1


@pytest.fixture(scope="session")
def world() -> World:
    """One town of 20,000 people, built once; nobody may write into its arrays."""
    return build(PEOPLE, SEED)
