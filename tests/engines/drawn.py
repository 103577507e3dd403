"""SELECTs drawn at random, from what both engines are said to share."""

from dataclasses import dataclass, field

import numpy as np

TEXTS = ("EAST", "WEST", "o'Neill", "", "Ærø")


@dataclass
class Drawer:
    """Draws one SELECT after another.

    Attributes:
        numbers: columns of whole numbers that are granted, in both tables.
        texts: columns of text that are granted, in both tables.
    """

    rng: np.random.Generator
    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    strange: tuple[str, ...] = field(default=("name", "_source_0", "rowid"))

    def one(self, *many):
        return many[self.rng.integers(len(many))]

    def chance(self, share):
        return self.rng.random() < share

    def text(self):
        return "'" + self.one(*TEXTS).replace("'", "''") + "'"

    def whole(self, of="v"):
        column = f"{of}.{self.one(*self.numbers)}"
        return self.one(
            column,
            f"({column} + {self.rng.integers(9)})",
            f"{column} * 2 - {self.rng.integers(9)}",
            f"-{column}",
            f"coalesce({column}, {self.rng.integers(9)})",
            f"case when {self.where(of, 1)} then {column} else 0 end",
        )

    def word(self, of="v"):
        column = f"{of}.{self.one(*self.texts)}"
        return self.one(column, column, f"lower({column})", f"upper({column})")

    def where(self, of="v", deep=2):
        if deep > 1 and self.chance(0.6):
            both = f"{self.where(of, deep - 1)} {self.one('and', 'or')} {self.where(of, deep - 1)}"
            return self.one(f"({both})", f"not ({both})")
        number, word = f"{of}.{self.one(*self.numbers)}", self.word(of)
        small = self.rng.integers(5)
        return self.one(
            f"{number} {self.one('=', '<>', '<', '<=', '>', '>=')} {small}",
            f"{number} between {small} and {small + 2}",
            f"{number} in ({small}, {small + 3})",
            f"{word} {self.one('=', '<>', '<', '>=')} {self.text()}",
            f"{word} in ({self.text()}, {self.text()})",
            f"{word} like '{self.one('E%', '%S%', '_A%', '%')}'",
            f"{of}.{self.one(*self.texts)} is {self.one('', 'not ')}null",
            self.one("true", "false", "null = 1"),
        )

    def plain(self):
        distinct = self.one("", "", "distinct ")
        chosen = self.one("*", f"{self.word()} as a, {self.whole()} as b", f"{self.whole()} as b")
        return f"select {distinct}{chosen} from admitted.visits v where {self.where()}"

    def counted(self):
        sums = f"count(*) as n, sum({self.whole()}) as s, min({self.word()}) as low"
        more = f"max({self.whole()}) as top, count(distinct {self.word()}) as kinds"
        by = f"v.{self.one(*self.texts)}"
        grouped = f"select {by} as g, {sums}, {more} from admitted.visits v where {self.where()}"
        if self.chance(0.3):
            return f"select {sums}, {more} from admitted.visits v where {self.where()}"
        having = self.one("", " having count(*) > 1")
        return f"{grouped} group by {by}{having}"

    def joined(self):
        how = self.one("join", "left join")
        on = f"v.{self.one(*self.texts)} = w.{self.one(*self.texts)}"
        chosen = f"{self.word('v')} as a, {self.whole('w')} as b"
        return f"select {chosen} from admitted.visits v {how} derived.places w on {on}"

    def nested(self):
        inner = f"select {self.word()} as a, {self.whole()} as b from admitted.visits v"
        inner += f" where {self.where(deep=1)}"
        return self.one(
            f"with part as ({inner}) select p.a, count(*) as n from part p group by p.a",
            f"select q.b from ({inner}) q where q.a is not null",
            f"{inner} union all {inner}",
            f"{inner} union {inner}",
            "select visits.ward, admitted.visits.risk from admitted.visits",
        )

    def reaching(self):
        """What was not granted: a column, a table, or what stands behind the views."""
        column = self.one(*self.strange)
        return self.one(
            f"select v.{column} from admitted.visits v",
            f"select v.ward from admitted.visits v where v.{column} = 'x'",
            f"select count(*) as n from admitted.visits v group by v.{column}",
            "select * from admitted.other",
            "select * from granted_8_admitted_visits",
            "select * from csv.passwd",
        )

    def query(self):
        if self.chance(0.15):
            return self.reaching()
        return self.one(self.plain, self.counted, self.joined, self.nested)()
