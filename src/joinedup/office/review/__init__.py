"""A person looks at pairs of records and says: one, or two. On the bench and in an office."""
