import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def in_this_process(monkeypatch):
    """Files are parsed here, not by a child, so that a test may change how or watch."""
    from joinedup.sources import reading
    from joinedup.sources.parsing import parsed

    monkeypatch.setattr(reading, "parsed_by_child", parsed)
