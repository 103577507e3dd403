"""Which random numbers does a part of the town draw?

Each part has its own stream, found by its name: adding a part, or asking in another order, changes
no number that another part draws.
"""

import hashlib

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """The stream of random numbers that belongs to these names under this seed.

    The names are told apart as a list: ("a", "bc") and ("ab", "c") are two streams.
    """
    text = "\x1f".join((str(len(names)), *names)).encode()
    words = np.frombuffer(hashlib.sha256(text).digest(), dtype="<u4")
    return np.random.default_rng(np.random.SeedSequence([seed, *words.tolist()]))
