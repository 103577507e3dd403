"""A run of a command has one id, in all its threads, and the next has another."""

import threading
from contextvars import copy_context

from joinedup.core import trace


def told_in_a_thread(context=None):
    found = []

    def ask():
        found.append(trace.current())

    thread = threading.Thread(target=ask if context is None else lambda: context.run(ask))
    thread.start()
    thread.join()
    return found[0]


def test_a_command_has_one_id_in_all_its_threads_and_the_next_another():
    first = trace.begin()
    assert trace.current() == told_in_a_thread() == first
    assert len(first) == 16
    assert trace.begin() != first


def test_a_request_of_a_service_does_not_give_its_id_to_others():
    command = trace.begin()
    requests = []

    def serve():
        requests.append((trace.begin(), told_in_a_thread(), told_in_a_thread(copy_context())))

    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()
    ((own, elsewhere, copied),) = requests
    assert elsewhere == command
    assert copied == own != command
