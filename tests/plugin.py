"""Loaded by pytest before anything else: test mode, and the servers the tests use."""

import os
from pathlib import Path

import pytest

os.environ["ONECASE_MODE"] = "test"

BASE_DIR = Path(__file__).resolve().parent.parent


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start or adopt the embedded servers before Django reads its settings."""
    if early_config.known_args_namespace.collectonly:
        return
    from config.embedded import ensure

    ensure(BASE_DIR, "test")
