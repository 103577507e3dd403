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


@pytest.fixture(scope="session")
def java():
    """A Spark of our own, open while the tests run: each of them works in a session beside it."""
    if missing():
        pytest.skip(missing())
    from joinedup.store import spark as room
    from joinedup.store.engine import Limits

    settings = room._settings
    with pytest.MonkeyPatch.context() as patch:
        # Less time spent on compiling what is not run for long.
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        patch.setattr(
            room,
            "_settings",
            lambda *given: settings(*given) | {"spark.sql.codegen.wholeStage": "false"},
        )
        with room.spark(limits=Limits(threads=2, memory="2GB")) as session:
            yield session
