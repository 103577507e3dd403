"""One reader for each format of a partner's file, and what they share."""
