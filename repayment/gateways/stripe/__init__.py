"""Stripe Checkout: the hosted page; no card data touches OneCase."""
