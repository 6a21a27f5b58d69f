"""Which addresses lead to this machine: demo data go nowhere else."""

import pytest

from collections_app.domain.loopback import host_of, is_loopback


@pytest.mark.parametrize(
    ("address", "host", "here"),
    [
        ("http://localhost:8000/x", "localhost", True),
        ("127.0.0.2:2776", "127.0.0.2", True),
        ("turns:[::1]:5349", "::1", True),
        ("maildir:///var/mail", "", True),
        ("https://sms.bank.example/", "sms.bank.example", False),
        ("http://127.0.0.1.evil.example/", "127.0.0.1.evil.example", False),
        ("http://[::1", "", False),
        ("stun:stun.bank.example:3478", "stun.bank.example", False),
    ],
)  # fmt: skip
def test_only_this_machine_is_this_machine(address: str, host: str, here: bool) -> None:
    """By name, by number, or as a file; half an address is none."""
    assert (host_of(address), is_loopback(address)) == (host, here)
