"""When the time of rows is over they go for good, with what rests on them; a certificate tells."""
