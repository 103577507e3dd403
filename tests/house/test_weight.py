"""Does a command that only answers a question stay quick?

Seconds depend on the neighbours, so what is held here is the cause: no heavy library is loaded.
`make bench` measures the seconds.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "altair", "django", "docx", "duckdb", "jinja2", "numpy", "openpyxl", "pandas", "polars",
    "pyarrow", "scipy", "shapely", "sklearn", "sqlglot", "vl_convert", "xgboost",
}  # fmt: skip

HELP = """
import sys
from joinedup.cli.main import app
app({arguments!r}, standalone_mode=False)
"""


def loaded_by(program: str) -> set[str]:
    """The top-level names of every module that a program has loaded when it ends."""
    tell = "\nimport sys\nprint('\\nLOADED', *{name.partition('.')[0] for name in sys.modules})\n"
    done = subprocess.run(
        [sys.executable, "-c", program + tell],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_importing_joinedup_loads_nothing_heavy():
    assert loaded_by("import joinedup") & (HEAVY | {"pydantic", "typer", "rich"}) == set()


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["try", "--help"]])
def test_asking_for_help_loads_nothing_heavy(arguments):
    assert loaded_by(HELP.format(arguments=arguments)) & HEAVY == set()


def test_a_heavy_library_would_be_noticed():
    assert "pyarrow" in loaded_by("import joinedup.store.engine")
