"""Destroy what is due, and write the certificate: every file and its hash, who, when and why.

Each version goes in a transaction of its own. What cannot go is named in the certificate, which
tells only of files that are seen to be gone. Done again it does the rest, or nothing.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.core import clock
from joinedup.core.digest import digest, file_digest
from joinedup.core.errors import JoinedupError, Problem
from joinedup.office.destroyed import destroy_results, remove_files
from joinedup.office.house import Office
from joinedup.office.leaving.files import changed, settle
from joinedup.office.retention.due import Due
from joinedup.office.subject.erase import backups_known
from joinedup.result import document_html
from joinedup.result.document import Bullets, Document, Grid, Known, Lines, Part, Section
from joinedup.store import rewrite, sealing

FOLDER = "certificates"
KIND, RECOVERED, FILES = "retention", "recovery", "files"
WHY_RESULTS = "they rest on rows whose time is over"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What went.

    Attributes:
        id: its name; empty if there was nothing to do.
        facts: as its JSON has them.
        failed: what could not go, each with why.
    """

    id: str
    facts: dict[str, Any]
    failed: tuple[str, ...]
    folder: Path | None = None


def destroy(office: Office, what: Due) -> Certificate:
    """Destroy all that is due."""
    if not what.versions and not what.runs:
        return Certificate("", {}, ())
    name = f"{clock.today().isoformat()}-{secrets.token_hex(4)}"
    sides = {part["side"] for version, _ in what.versions for part in version.parts}
    tables, failed = _versions(office, what, name)
    files = remove_files(office, _clear(office, what), why=WHY_RESULTS)
    results = destroy_results(office, what.runs, why=WHY_RESULTS)
    keys = _keys(office, {version.table for version, _ in what.versions}, sides)
    facts = {
        "certificate": name,
        "office": office.folder.card.name,
        "by": office.who,
        "at": clock.stamp(clock.now()),
        "tables": tables,
        "results": [f"{run.project}/{run.step} of {run.at[:10]}" for run in what.runs],
        "files": files,
        "keys_destroyed": keys,
        "backups": list(backups_known()),
        "held": what.held,
        "failed": failed,
    }
    return _written(office, name, facts, results, tuple(failed))


def _versions(office: Office, what: Due, name: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Destroy each version; what went of each, and what could not."""
    tables: list[dict[str, Any]] = []
    failed: list[str] = []
    for version, why in what.versions:
        try:
            gone = rewrite.destroy(
                office.lake, version, why=why, actor=office.who, certificate=name
            )
        except JoinedupError as error:
            failed.append(f"{version}: {error.problems[0].what}")
            continue
        failed += [f"{version}: the disk keeps {one}" for one in gone.left]
        told = {"table": gone.table, "version": gone.number, "rows": gone.rows, "why": why}
        tables.append({**told, "files": dict(gone.files)})
    return tables, failed


def _keys(office: Office, tables: set[str], sides: set[str]) -> list[str]:
    """Destroy the keys of tables of which nothing is left: backups of them open no more."""
    from joinedup.records import keyring, tombstones  # noqa: PLC0415 - Django's room, only when needed
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, as above

    left = {version.table for version in TableVersion.objects.every() if version.parts}
    there = set(keyring.names(office.home))
    wanted = {sealing.ring_name(table, side) for table in tables - left for side in sides}
    for name in sorted(wanted & there):
        tombstones.add(office.home, kind=tombstones.KEY, names=keyring.held(office.home)[name])
        keyring.destroy(office.home, name)
    return sorted(wanted & there)


def _clear(office: Office, what: Due) -> list[Path]:
    """Pages of results, what lies on the desk, and what left for others than the public."""
    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - as above

    found: list[Path] = []
    for project in {run.project for run in what.runs}:
        found += sorted((office.home / "results" / project).rglob("*"))
    for project, step in {(run.project, run.step) for run in what.runs}:
        found += sorted((office.home / "desk").glob(f"{project}-{step}-*/*"))
    for row in ReleaseRow.objects.filter(run__in=what.runs).select_related("event"):
        if json.loads(row.event.facts).get("recipient", "public") != "public":
            found += sorted((office.home / "outbox" / row.path).glob("*"))
    return [path.relative_to(office.home) for path in found if path.is_file()]


def _written(
    office: Office, name: str, facts: dict[str, Any], results: int, failed: tuple[str, ...]
) -> Certificate:
    """The certificate as JSON and a page, and the event that holds their digests."""
    from joinedup.records.together import record  # noqa: PLC0415 - as above

    folder = office.home / FOLDER / name
    page = document_html.page(_document(facts), service=office.folder.card.name)
    text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    told = {
        "certificate": name,
        "digest": digest(facts),
        FILES: _laid(folder, {"certificate.json": text, "certificate.html": page}),
        "tables": {f"{one['table']}@{one['version']}": one["rows"] for one in facts["tables"]},
        "results": results,
        "keys": len(facts["keys_destroyed"]),
        "failed": len(failed),
    }
    record(office.home, KIND, actor=office.who, subject="lake", facts=told)
    return Certificate(name, facts, failed, folder)


def _laid(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    """The files, durably; gives name to SHA-256."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        settle(folder / name)
    for place in (folder, folder.parent):
        settle(place)
    return {name: file_digest(folder / name) for name in texts}


def faults(office: Office) -> Iterator[Problem]:
    """Certificates that are not as the ledger tells; those that a restore left out are no fault."""
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - as above

    rows = LedgerEvent.objects.filter(kind__in=(KIND, RECOVERED)).order_by("seq")
    for seq, kind, text in rows.values_list("seq", "kind", "facts"):
        told = json.loads(text)
        folder = office.home / FOLDER / str(told.get("certificate", ""))
        restored = rows.filter(kind=RECOVERED, seq__gt=seq).exists() and not folder.exists()
        if kind == RECOVERED or restored or FILES not in told:
            continue
        for name in changed(folder, told[FILES]):
            yield Problem(
                f"{FOLDER}/{folder.name}/{name}",
                f"this file is missing, or another than event {seq} tells of.",
                "find out who changed it; what was destroyed stands in the ledger.",
            )


def _document(facts: dict[str, Any]) -> Document:
    lines = {
        "By": (facts["by"],),
        "On": (facts["at"],),
        "Keys destroyed": tuple(facts["keys_destroyed"]) or ("none",),
        "Backups known": tuple(facts["backups"]) or ("none",),
        "Kept by a hold": tuple(f"{what}: {hold}" for what, hold in facts["held"].items())
        or ("nothing",),
    }
    known = tuple(Known(label=name, values=told, source="ledger") for name, told in lines.items())
    sections = [
        Section(heading="Who and when", parts=(Lines(items=known),)),
        Section(heading="What was destroyed", parts=_gone(facts)),
    ]
    if facts["failed"]:
        left = (Bullets(items=tuple(facts["failed"])),)
        sections.append(Section(heading="What could not go", parts=left))
    return Document(
        kind="certificate of destruction",
        name="certificate",
        title="Certificate of destruction",
        about=facts["certificate"],
        lead=f"{len(facts['tables'])} versions of tables and {len(_files(facts))} files are gone.",
        made_on=clock.today(),
        digest=digest(facts),
        signed=f"{facts['by']}, {facts['at'][:10]}",
        standing="made from what was seen to be gone from the disk",
        sections=tuple(sections),
        public=True,
    )


def _gone(facts: dict[str, Any]) -> tuple[Part, ...]:
    versions = tuple(
        (one["table"], str(one["version"]), f"{one['rows']:,}", one["why"])
        for one in facts["tables"]
    )
    head = ("Table", "Version", "Rows", "Why")
    parts: tuple[Part, ...] = (
        Grid(title="Versions of tables", head=head, rows=versions),
        Grid(title="Files", head=("Of", "File", "SHA-256"), rows=_files(facts)),
    )
    results = tuple(facts["results"])
    return (*parts, Bullets(items=results)) if results else parts


def _files(facts: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    of_tables = tuple(
        (f"{one['table']} version {one['version']}", name, sha)
        for one in facts["tables"]
        for name, sha in one["files"].items()
    )
    return (*of_tables, *(("clear text", name, sha) for name, sha in facts["files"].items()))
