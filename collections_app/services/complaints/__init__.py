"""Complaints: taken in once, worked on by calendar clocks, answered in writing (docs/complaints.md)."""
