"""Which column of a sender's file is which field, and has the file changed?"""
