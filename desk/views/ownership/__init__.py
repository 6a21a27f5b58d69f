"""Pages on who works what."""
