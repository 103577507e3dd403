"""A person's rights: find what is held, tell them, let them object, put right, erase.

Every answer is given only after the event of it is on the disk, and every step stands in a dated
case log. A person stands in the ledger as a keyed token, never by a number or a name.
"""
