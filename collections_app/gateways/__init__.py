"""What programs of the shared record do outside of the database."""
