"""Does the package that is installed bring what the commands need?"""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_brings_the_towns_office_and_not_the_tests(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    declared = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "examples" / "town").rglob("*")
        if path.is_file()
    }
    assert {f"joinedup/{name}" for name in declared} <= inside
    read_while_running = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "joinedup").rglob("*")
        if path.suffix in {".toml", ".txt", ".html", ".css"}
    }
    assert read_while_running <= inside
    assert not any(name.startswith("tests/") for name in inside)
