"""Govern: may these fields be taken, may this step read them, may this result leave?

Comes in:  plain facts: agreements and who has signed them, what a step reads, a Result.
Goes out:  the three gates' decisions: fields and a table (`admit`), nothing or a refusal (`allow`),
           a `Release` (`release`). No other room makes one.
Promises:  what no rule allows is refused; a refusal says what would suffice; no hidden count can be
           worked out from what is shown.
Does not:  read or write records or the lake. The office hands in the facts and keeps the decision.
"""
