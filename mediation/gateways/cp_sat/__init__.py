"""The solver, in a process of its own: what it links to does not share a process with other numerical libraries."""
