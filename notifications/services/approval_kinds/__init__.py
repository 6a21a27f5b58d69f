"""What this room asks a second person to approve."""
