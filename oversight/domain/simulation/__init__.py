"""Two departments against one record: the customers, the core, what is measured, and its picture."""
