"""Install what a command needs, from nothing; a second run finds it done and costs nothing.

Uses only the standard library, because it runs before anything is installed.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
# Without windows and all that goes with them: it opens the same pages with half the work of a processor.
LIGHT_CHROMIUM = "chromium-headless-shell"
CHROMIUM_NAMES = (LIGHT_CHROMIUM, "chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Install packages, front-end files and translations; with --browser also a browser."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="what tests and checks need as well")
    parser.add_argument("--bench", action="store_true", help="what benchmarks stand beside as well")
    parser.add_argument("--browser", action="store_true", help="Chromium for the browser tests")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036  an older one may well try to run this file
        print("Python 3.11 or newer is needed.", file=sys.stderr)
        return 1
    try:
        make_environment()
        install_packages("requirements-dev.txt" if options.dev else "requirements-demo.txt")
        if options.bench:
            install_packages("requirements-bench.txt")
        install_front_end()
        run([str(PYTHON), "tools/translations.py", "compile"])
        if options.browser and not find_browser() and os.environ.get("CI") == "true":
            return 1
    except subprocess.CalledProcessError as error:
        print(f"Failed: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    return 0


def run(command: list[str], **extra: str) -> None:
    """Run a command in the checkout and raise CalledProcessError when it fails."""
    subprocess.run(command, cwd=BASE_DIR, env=os.environ | extra, check=True)


def say(text: str) -> None:
    """Tell the person waiting what takes the time."""
    print(text, flush=True)


def make_environment() -> None:
    """Make .venv, by uv when it is there; one whose making was interrupted is made anew."""
    whole = VENV / "onecase-environment"
    if PYTHON.exists() and (whole.exists() or any(VENV.glob("onecase-requirements*"))):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    # What runs may be the very environment that is not whole.
    python = getattr(sys, "_base_executable", sys.executable)
    say("Making the Python environment …")
    uv = shutil.which("uv")
    if uv:
        run([uv, "venv", "--quiet", "--python", python, str(VENV)])
    else:
        try:
            run([python, "-m", "venv", str(VENV)])
        except subprocess.CalledProcessError:
            shutil.rmtree(VENV, ignore_errors=True)
            say("On Debian or Ubuntu: apt-get install -y python3-venv")
            raise
    whole.touch()


def install_packages(name: str) -> None:
    """Install the pinned packages of one requirements file, checked by hash."""
    wanted = fingerprint(BASE_DIR / name)
    if stamp(name).exists() and stamp(name).read_text(encoding="ascii") == wanted:
        return
    if name == "requirements-demo.txt" and stamp("requirements-dev.txt").exists():
        # The development set contains this one; installing it again keeps both in step.
        install_packages("requirements-dev.txt")
        if stamp_matches("requirements-dev.txt"):
            stamp(name).write_text(wanted, encoding="ascii")
            return
    say(f"Installing Python packages of {name} …")
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    else:
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*command, "--require-hashes", "-r", name])
    stamp(name).write_text(wanted, encoding="ascii")


def stamp(name: str) -> Path:
    """Return the file that remembers what was installed."""
    return VENV / f"onecase-{name}"


def stamp_matches(name: str) -> bool:
    """Return whether the file's present content was installed."""
    mark = stamp(name)
    return mark.exists() and mark.read_text(encoding="ascii") == fingerprint(BASE_DIR / name)


def fingerprint(*paths: Path) -> str:
    """Return a hash of the files and of the Python that runs them."""
    digest = hashlib.sha256(str(sys.version_info[:2]).encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install_front_end() -> None:
    """Install the front-end packages by lock file and copy what pages use to static/vendor/."""
    mark = BASE_DIR / "node_modules" / ".onecase"
    lock = BASE_DIR / "package-lock.json"
    wanted = fingerprint(lock)
    if not (mark.exists() and mark.read_text(encoding="ascii") == wanted):
        say("Installing front-end packages …")
        run([*npm(), "ci", "--no-fund", "--no-audit", "--loglevel=error"], **node_path())
        mark.write_text(wanted, encoding="ascii")
    run([str(PYTHON), "tools/vendor.py"])


def npm() -> list[str]:
    """Return how to call npm; where there is none, it is installed from PyPI."""
    found = shutil.which("npm")
    if found:
        return [found]
    if not (VENV / "bin" / "npm").exists():
        install_packages("requirements-node.txt")
    return [str(VENV / "bin" / "npm")]


def node_path() -> dict[str, str]:
    """Return the environment in which npm from PyPI finds its own node."""
    return {"PATH": f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{VENV / 'bin'}"}


def find_browser() -> bool:
    """Find Chromium, or install it where that is allowed; say loudly when there is none.

    Returns whether it is there. Elsewhere its tests are then skipped, with another loud line at their end; in CI
    they may not be, so nothing is begun without it.
    """
    if not shutil.which(LIGHT_CHROMIUM) and os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium and Chinese type …")
        install_browser()
    if has_browser():
        return True
    say("!!! No Chromium here, and it could not be installed. Install the package `chromium` (Debian, as root:")
    say("!!! apt-get install chromium fonts-noto-cjk), or browser tests are SKIPPED. In CI that is a failure.")
    return False


def has_browser() -> bool:
    """Return whether a Chromium is there that runs; Ubuntu's package may be a stub that only asks for a snap."""
    for path in filter(None, map(shutil.which, CHROMIUM_NAMES)):
        try:
            subprocess.run([path, "--version"], capture_output=True, timeout=60, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        return True
    return False


def install_browser() -> None:
    """Ask apt for the light browser, else for the whole one unless there is one; without a network it says so."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    # Old lists may do; only the installation counts.
    subprocess.run(["apt-get", "update", "-qq"], env=os.environ | quiet, check=False)
    for name in (LIGHT_CHROMIUM, "chromium"):
        try:
            run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", name, "fonts-noto-cjk"], **quiet)
        except (OSError, subprocess.CalledProcessError) as error:
            say(f"apt-get did not install {name}: {error}")
        if has_browser():
            return


if __name__ == "__main__":
    sys.exit(main())
