"""Pages on which staff write to a record: each translates a form into one service call."""
