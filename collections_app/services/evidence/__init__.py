"""Evidence packs: everything the bank did with a customer, in one document (docs/complaints.md)."""
