"""The invented result that the renderers are shown."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def invented() -> ModuleType:
    """`invented.py` beside this file."""
    spec = importlib.util.spec_from_file_location("invented", Path(__file__).parent / "invented.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
