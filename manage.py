#!/usr/bin/env python
"""Run a management command; the embedded servers are started when none are named."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Start what the command needs and hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    from django.core.management import execute_from_command_line

    from config.embedded import ensure

    ensure(Path(__file__).resolve().parent, os.environ.get("ONECASE_MODE", "demo"))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
