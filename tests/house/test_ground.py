"""Do the rules of `tests/conftest.py` hold? Each is seen to fail here."""

import socket

import numpy as np
import pytest


def test_another_machine_cannot_be_reached():
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection,
        pytest.raises(AssertionError, match="another machine"),
    ):
        connection.connect(("192.0.2.1", 80))


def test_a_name_on_the_network_cannot_be_looked_up():
    with pytest.raises(AssertionError, match="another machine"):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address, timeout=5) as connection:
            assert connection.getpeername() == address


@pytest.mark.xfail(
    strict=True,
    raises=pytest.fail.Exception,
    reason="the hook in conftest fails a test that does this",
)
def test_global_randomness_is_noticed():
    np.random.seed(1)  # noqa: NPY002 - the forbidden thing itself
    np.random.random()  # noqa: NPY002 - as above


def test_a_generator_of_ones_own_is_welcome():
    assert np.random.default_rng(1).random() == np.random.default_rng(1).random()
