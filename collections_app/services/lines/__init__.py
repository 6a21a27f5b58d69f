"""The line: who holds a call, what keeps it, how it passes on, and how it becomes free (docs/conversations.md)."""
