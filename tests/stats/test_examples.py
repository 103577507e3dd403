"""The example in each formula's docstring is true."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import joinedup.stats

MODULES = [page.name for page in pkgutil.iter_modules(joinedup.stats.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_example_in_the_docstring_is_true(name):
    found = doctest.testmod(import_module(f"joinedup.stats.{name}"))
    assert found.failed == 0
    assert found.attempted or name == "arrays"
