"""How is a home brought back? By encrypted snapshots in a folder elsewhere, and a way back.

Comes in:  a home that others may be writing to, and a folder for its backups.
Goes out:  one committed moment of it in that folder; and a new home from that, the same to a byte.
Promises:  nothing of a person is in a backup in clear, and no key; what was changed, cut or lost
           is refused by name before anything is touched; what was erased does not come back.
Does not:  hold the keys. They lie beside the home, and are kept in reserve apart from backups.
"""
