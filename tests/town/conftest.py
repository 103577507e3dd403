import sys
from pathlib import Path

import pytest

from joinedup.town import errors
from joinedup.town.make import make
from joinedup.town.world import World, build

sys.path.insert(0, str(Path(__file__).parent))

from readers import PEOPLE, SEED

WORLD_PEOPLE, WORLD_SEED = 20_000, 1


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    return make(PEOPLE, SEED, tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def faultless(tmp_path_factory):
    """The same town where nobody ever errs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(errors, "BY_SOURCE", {})
        return make(PEOPLE, SEED, tmp_path_factory.mktemp("faultless"))


@pytest.fixture(scope="session")
def keyed(tmp_path_factory):
    key = b"a key of thirty-two bytes, no less"
    return make(PEOPLE, SEED, tmp_path_factory.mktemp("keyed"), pseudonymise_health=key, months=1)


@pytest.fixture(scope="session")
def world() -> World:
    """One town of 20,000 people, built once; nobody may write into its arrays."""
    return build(WORLD_PEOPLE, WORLD_SEED)
