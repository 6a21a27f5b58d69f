"""Where published test vectors are, on machines that have them beside the project."""

from pathlib import Path


def published(*parts: str) -> Path:
    """Return the path of a published file under ``shared/data/conformance`` beside the project or above it."""
    here = Path(__file__).resolve()
    places = [parent / "shared" / "data" / "conformance" for parent in here.parents]
    root = next((place for place in places if place.is_dir()), places[0])
    return root.joinpath(*parts)
