"""Where Spark runs: one Java for the whole test process, without what only long runs repay."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # `benchmarks`
sys.path.insert(0, str(Path(__file__).parent))


def missing() -> str:
    """Why Spark cannot run here; empty where it can."""
    if importlib.util.find_spec("pyspark") is None:
        return "Spark is not installed: make .venv/.spark"
    java = Path(os.environ.get("JAVA_HOME", ""), "bin", "java")
    if not java.is_file() and shutil.which("java") is None:
        return "there is no Java here: Spark needs Java 17 or later"
    return ""


@pytest.fixture(autouse=True, scope="session")
def _java():
    if missing():
        pytest.skip(missing())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield
