"""Runs commands in children of a process that has everything loaded, some of them under strace.

A line of JSON in: {"args": [...], "inject": [...], "trace": "FILE"}; a line out: how it ended.
{"together": [{...}, ...]} runs several at once, and tells how each ended.
A child that is to be traced stops itself until strace holds it, so that what is counted begins
with the command and not with Python.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

CALLS = "openat,write,pwrite64,fsync,fdatasync,rename,renameat2,link,linkat,unlink,unlinkat"
CALLS += ",mkdir,mkdirat,ftruncate,close,chmod,fchmod,fchmodat"
UNHANDLED = 99
PATIENCE = 60


def load(home: Path) -> None:
    """Import what a delivery needs, and leave nothing open."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from django.db import connection

    import joinedup.cli.main
    import joinedup.office.deliver
    import joinedup.office.scrub
    from joinedup.records.home import connect

    assert joinedup.cli.main
    assert AESGCM
    connect(home)
    import joinedup.records.borne_out
    import joinedup.records.ledger
    import joinedup.records.models

    connection.close()


def child(order: dict, out: Path) -> None:
    """Become the command; never returns."""
    code = UNHANDLED
    try:
        for number in (1, 2):
            os.dup2(os.open(out.with_suffix(f".{number}"), os.O_CREAT | os.O_WRONLY, 0o600), number)
        if order.get("largest"):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest"], order["largest"]))
        if order.get("inject") is not None:
            os.kill(os.getpid(), signal.SIGSTOP)
        if "rotate" in order:
            from joinedup.records import keyring

            home = Path(order["home"])
            for name in order["rotate"]:
                keyring.rotate(home, name) if name else keyring.rotate_root(
                    keyring.key_folder(home)
                )
            code = 0
        else:
            from joinedup.cli.main import main

            code = main(order["args"])
    except BaseException:  # noqa: BLE001 - whatever it is, it is told and looked at
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def run(order: dict, out: Path) -> dict:
    """How the command ended: its exit code, or minus the signal that ended it."""
    if "together" in order:
        return {"together": together(order["together"], out)}
    pid = os.fork()
    if not pid:
        child(order, out)
    tracer = None
    if order.get("inject") is not None:
        os.waitpid(pid, os.WUNTRACED)
        command = ["strace", "-f", "-y", "-e", f"trace={CALLS}", "-o", order["trace"]]
        for one in order["inject"]:
            command += ["-e", f"inject={one}"]
        tracer = subprocess.Popen([*command, "-p", str(pid)], stderr=subprocess.PIPE, text=True)
        assert tracer.stderr is not None
        said = tracer.stderr.readline()
        if "attached" not in said:
            os.kill(pid, signal.SIGKILL)
            os.kill(pid, signal.SIGCONT)
            os.waitpid(pid, 0)
            return {"refused": said}
        os.kill(pid, signal.SIGCONT)
    _, status = os.waitpid(pid, 0)
    if tracer is not None:
        tracer.communicate(timeout=PATIENCE)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "out": out.with_suffix(".1").read_text(errors="replace"),
        "err": out.with_suffix(".2").read_text(errors="replace"),
        "pid": pid,
    }


def together(orders: list[dict], out: Path) -> list[dict]:
    """How each of several commands ended that ran at once."""
    places = [out.with_name(f"{out.name}-{number}") for number in range(len(orders))]
    pids = []
    for order, place in zip(orders, places, strict=True):
        pid = os.fork()
        if not pid:
            child(order, place)
        pids.append(pid)
    ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    return [
        {
            "code": code,
            "out": place.with_suffix(".1").read_text(errors="replace"),
            "err": place.with_suffix(".2").read_text(errors="replace"),
        }
        for code, place in zip(ends, places, strict=True)
    ]


def serve() -> None:
    """Obey until the other side has no more orders."""
    with tempfile.TemporaryDirectory() as folder:
        load(Path(folder) / "home")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for number, line in enumerate(sys.stdin):
            told = run(json.loads(line), Path(folder) / str(number))
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    serve()
