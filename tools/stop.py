"""Stop embedded servers that a killed demo or test left running in this checkout."""

import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from config.embedded import stop_unused  # noqa: E402  needs the line above


def main() -> int:
    """Stop what nobody uses any more, and say what was left alone."""
    for mode in ("demo", "test"):
        if not stop_unused(BASE_DIR, mode):
            print(f"The servers for {mode} are in use; end the {mode} that uses them first.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
