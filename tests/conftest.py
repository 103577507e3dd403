"""What every test may rely on: no network, no global randomness, and where the real data is."""

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))  # `often`

# deadline=None: two cores are shared, and a slow neighbour is not a wrong answer.
settings.register_profile("quick", max_examples=30, deadline=None, derandomize=True)
settings.register_profile("deep", max_examples=1_000, deadline=None)
settings.load_profile("quick")


class NetworkRefused(AssertionError):
    """A test tried to reach another machine."""


def is_here(host: Any) -> bool:
    """Whether a host is this machine; a name other than localhost would itself be a question."""
    if host in {None, "", "localhost", b"localhost"}:
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Sockets reach this machine only: Unix sockets, and loopback for PostgreSQL and a browser.

    Holds inside the test process; a command that a test starts is a process of its own.
    """
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex
    real_lookup = socket.getaddrinfo

    def refuse(host: Any) -> None:
        if not is_here(host):
            message = "a test tried to reach another machine; the product makes no such call"
            raise NetworkRefused(message)

    def check(connection: socket.socket, address: Any) -> None:
        if connection.family in {socket.AF_INET, socket.AF_INET6}:
            refuse(address[0])

    def connect(connection: socket.socket, address: Any) -> None:
        check(connection, address)
        real_connect(connection, address)

    def connect_ex(connection: socket.socket, address: Any) -> int:
        check(connection, address)
        return real_connect_ex(connection, address)

    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        refuse(host)
        return real_lookup(host, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        patch.setattr(socket, "getaddrinfo", look_up)
        yield


# A hook around the call, not a fixture: pytest-randomly seeds anew between set-up and call.
@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[Any]:
    """Fail a test that leaves numpy's global random state other than it was."""
    before = np.random.get_state(legacy=False)  # noqa: NPY002 - only looked at
    outcome = yield
    after = np.random.get_state(legacy=False)  # noqa: NPY002 - only looked at
    same = before["state"]["pos"] == after["state"]["pos"] and np.array_equal(
        before["state"]["key"], after["state"]["key"]
    )
    if not same:
        pytest.fail(
            f"{pyfuncitem.name} changed numpy's global random state;"
            " use np.random.default_rng(seed).",
            pytrace=False,
        )
    return outcome


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets (`chicago_food` and others); mark such a test `real`."""
    folder = Path(os.environ.get("JOINEDUP_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("the real data is not here; name its folder in JOINEDUP_DATA to run this test")
    return folder


@pytest.fixture(scope="session")
def food(real_data: Path) -> Path:
    """The folder of the departments' tables of the food case."""
    folder = real_data / "chicago_food"
    if not folder.is_dir():
        pytest.skip("the real data folder holds no chicago_food; see docs/how-to")
    return folder
