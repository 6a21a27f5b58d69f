"""What a second person approves of mediation."""
