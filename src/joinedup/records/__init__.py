"""Records: what happened, as rows in a real database, and the ledger nobody can rewrite unseen.

Comes in:  facts about deliveries, versions, signatures, runs, reviews and releases.
Goes out:  the same facts, and `ledger.verify()`, which says whether they are as they were written.
Promises:  an event and the row it tells of are written together or not at all; a changed, removed,
           added or reordered event is found.
Does not:  hold data of persons or places. That is in `store.lake`; here are names and digests.

Call `home.connect(path)` first: `models` and `ledger` need a connection. `import joinedup` and
`import joinedup.records` load nothing of Django.
"""
