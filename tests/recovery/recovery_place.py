"""An office with people held apart, and the command line as a user types it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.cli.main import main

SIGNATORY = "Name of the person who may sign"
CANARY = "Zebedee-Canary"
FIELDS = ("reference", "nhs", "surname", "age")
ROWS = 40


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    def facts(self) -> Any:
        """The answer in JSON, of a command that did not refuse."""
        assert self.code == 0, self.err + self.out
        return json.loads(self.out)


@dataclass(frozen=True)
class Place:
    """An office, its home and its keys, in a folder of their own."""

    folder: Path
    capsys: Any

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def keys(self) -> Path:
        return self.folder / "home.keys"

    @property
    def vault(self) -> Path:
        return self.folder / "vault"

    @property
    def new(self) -> Path:
        return self.folder / "new"

    def run(self, *arguments: object, home: Path | None = None) -> Said:
        """Run `joinedup` on this office."""
        places = ["--office", str(self.folder / "office"), "--home", str(home or self.home)]
        return self.say(*arguments, *places)

    def say(self, *arguments: object) -> Said:
        """Run `joinedup` as it is written."""
        self.capsys.readouterr()
        code = main([str(one) for one in arguments])
        said = self.capsys.readouterr()
        close()
        return Said(code, said.out, said.err)

    def backup(self, *more: object) -> Said:
        """Back the home up, asking for no office folder."""
        return self.say("backup", self.vault, "--home", self.home, "--json", *more)

    def restore(self, *more: object, home: Path | None = None) -> Said:
        """Restore to the new home."""
        said = ("--reason", "disk broke", "--as", "R. Estorer", "--json", "--keys", self.keys)
        return self.say("restore", self.vault, "--home", home or self.new, *said, *more)

    def deliver(self, count: int, home: Path | None = None) -> None:
        """Deliver so many people."""
        path = self.folder / f"people_{count}.csv"
        lines = [f"R{n},94347{n:05},{CANARY}{n},{n % 90}" for n in range(count)]
        path.write_text("\n".join([",".join(FIELDS), *lines, ""]))
        assert self.run("deliver", "people", path, home=home).code == 0


def close() -> None:
    """Leave nothing open for the next command."""
    from django.conf import settings

    if settings.configured:
        from django.db import connection

        connection.close()


def last_event(place: Place, home: Path) -> Any:
    """The newest event of a home."""
    return place.say("audit", "show", "--last", "1", "--home", home, "--json").facts()


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
