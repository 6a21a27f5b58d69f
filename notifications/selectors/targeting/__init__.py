"""What choosing a message reads."""
