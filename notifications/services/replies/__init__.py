"""Replies of customers: taken in once each, read, and acted upon when what they say is certain."""
