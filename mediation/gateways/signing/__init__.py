"""Signing authorities (CA): a folder each beside the others, with a module ``authority``."""
