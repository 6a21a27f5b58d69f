"""Compile requirements*.in with hashes, for every platform and every Python from 3.11 on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
FILES = ("requirements", "requirements-demo", "requirements-dev", "requirements-bench", "requirements-node")
OPTIONS = (
    *("--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    # Neither who asked for a package nor where it came from: only what it is.
    *("--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
)


def main() -> int:
    """Write each .txt beside its .in; versions already there stay unless --upgrade is given."""
    uv = shutil.which("uv")
    if uv is None:
        print("make lock needs uv: python3 -m pip install uv", file=sys.stderr)
        return 1
    environment = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    for name in FILES:
        command = [uv, "pip", "compile", *OPTIONS, *sys.argv[1:], f"{name}.in", "-o", f"{name}.txt"]
        done = subprocess.run(command, cwd=BASE_DIR, env=environment, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
