"""Alipay: its own page on a phone or a computer, signed with RSA2 both ways."""
