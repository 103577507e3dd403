"""What does a health body send in place of a number? A keyed token that only it can make again."""

import hmac
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import ProjectError
from joinedup.town.entities import World
from joinedup.town.numbers import nhs_text, uprn_text

HEX_DIGITS = 32
LEAST_KEY = 16
"""Bytes; a shorter key could be found by trying."""


@dataclass(slots=True)
class Tokens:
    """HMAC-SHA256 under one key, cut to 32 hexadecimal digits; "" for "". The key is never shown.

    Raises:
        ProjectError: the key has fewer than LEAST_KEY bytes.
    """

    world: World
    key: bytes = field(repr=False)
    _made: dict[str, pa.Array] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if len(self.key) < LEAST_KEY:
            raise ProjectError(
                f"the key has {len(self.key)} bytes; the tokens need at least {LEAST_KEY}.",
                fix="make a longer one, such as with `openssl rand -out KEYFILE 32`.",
                where="--pseudonymise-health",
            )

    def of(self, texts: pa.Array) -> pa.Array:
        """The token of each text."""
        return pa.array([self._token(text) for text in texts.to_pylist()], pa.string())

    def of_people(self, people: npt.NDArray[np.integer]) -> pa.Array:
        """Tokens of people's NHS numbers."""
        if "people" not in self._made:
            self._made["people"] = self.of(nhs_text(self.world.people.nhs))
        return self._made["people"].take(pa.array(people))

    def of_homes(self, homes: npt.NDArray[np.integer]) -> pa.Array:
        """Tokens of homes' UPRNs, as text of 12 digits."""
        if "homes" not in self._made:
            self._made["homes"] = self.of(uprn_text(self.world.homes.uprn))
        return self._made["homes"].take(pa.array(homes))

    def again(self, clean: pa.Array, spoiled: pa.Array, tokens: pa.Array) -> pa.Array:
        """Tokens of spoiled texts, given those of the clean ones; made anew where they differ."""
        other = pc.not_equal(clean, spoiled)
        return pc.replace_with_mask(tokens, other, self.of(spoiled.filter(other)))

    def _token(self, text: str) -> str:
        if not text:
            return ""
        return hmac.digest(self.key, text.encode(), "sha256").hex()[:HEX_DIGITS]
