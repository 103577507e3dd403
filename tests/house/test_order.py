"""Do imports only go down, and does each library stay in its room?"""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "joinedup"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def house(tmp_path):
    """A copy of the source and its contract, to be spoiled."""
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.html")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_order_of_rooms_is_kept(house):
    done = lint(house)
    assert done.returncode == 0, done.stdout


def test_a_utils_folder_is_refused(house):
    (house / "src/joinedup/utils").mkdir()
    (house / "src/joinedup/utils/__init__.py").write_text('"""Odds and ends."""\n')
    done = lint(house)
    assert done.returncode == 1
    assert "utils" in done.stdout


@pytest.mark.parametrize(
    ("room", "reaches"),
    [("core", "store"), ("target", "govern"), ("store", "result.blocks"), ("govern", "cli")],
)
def test_an_import_that_goes_up_or_sideways_is_refused(house, room, reaches):
    page = house / "src/joinedup" / room / "reaching.py"
    page.write_text(f'"""Reaches where it may not."""\n\nimport joinedup.{reaches}\n')
    done = lint(house)
    assert done.returncode == 1
    assert f"joinedup.{room}.reaching" in done.stdout


def imports() -> dict[str, set[str]]:
    """Third-party library to the rooms that import it, anywhere in a file."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).parts
        room = parts[0] if len(parts) > 1 else "joinedup"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name in imported(node):
                found.setdefault(name.partition(".")[0], set()).add(room)
    return {name: rooms for name, rooms in found.items() if name not in sys.stdlib_module_names}


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return [node.module]
    return []


def declared() -> dict[str, tuple[str, set[str]]]:
    """The table of decision 8: import name to (package, rooms it may be imported in)."""
    page = ROOT / "docs/decisions/0008-dependencies.md"
    rows = [
        [cell.strip().strip("`") for cell in line.strip("| \n").split(" | ")]
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    return {row[1]: (row[0], set(row[-1].replace("`", "").split(", "))) for row in rows}


def test_every_dependency_has_its_line_in_the_decision():
    packages = {package for package, _ in declared().values()}
    groups = [PROJECT["project"]["dependencies"]]
    groups += PROJECT["project"]["optional-dependencies"].values()
    names = {text.partition(">")[0].partition("[")[0] for group in groups for text in group}
    assert names == packages


def test_a_library_is_imported_only_in_the_rooms_its_line_names():
    allowed = {name: rooms for name, (_, rooms) in declared().items()}
    strays = {
        name: sorted(rooms - allowed.get(name, set()))
        for name, rooms in imports().items()
        if name != "joinedup" and not rooms <= allowed.get(name, set())
    }
    assert not strays, "name the room in docs/decisions/0008-dependencies.md, with a reason"


def test_the_ground_stands_on_the_standard_library_alone():
    assert not [name for name, rooms in imports().items() if "core" in rooms and name != "joinedup"]
