"""The invented result that the renderers are shown."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


def beside(name: str) -> ModuleType:
    """A module of this folder."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def invented() -> ModuleType:
    """`invented.py`, an invented result."""
    return beside("invented")


@pytest.fixture(scope="session")
def invented_document() -> ModuleType:
    """`invented_document.py`, an invented document."""
    return beside("invented_document")
