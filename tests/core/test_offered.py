"""Does a room offer the card of a method, whatever was imported before?"""

from importlib import import_module

import pytest

from joinedup import ROOMS
from joinedup.core.method import Method


@pytest.mark.parametrize("room", ROOMS)
def test_a_method_is_a_card_after_its_module_was_imported(room):
    place = import_module(f"joinedup.{room}")
    for module in place.METHODS.values():
        import_module(module)
    for name in place.METHODS:
        assert isinstance(getattr(place, name), Method)
        assert name in dir(place)


def test_a_name_that_is_no_method_is_told():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        import_module("joinedup.link").nothing  # noqa: B018 - the question is whether it is there
