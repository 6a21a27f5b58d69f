"""What this room asks of machines beside the database."""
