"""The data sets: what scikit-learn brings with it, and one it makes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits, load_wine, make_classification

MADE_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class World:
    """Contexts with the class each belongs to, shuffled by a seed."""

    contexts: NDArray[np.float64]
    classes: NDArray[np.int64]
    arms: int


def _shuffled(data: Any, seed: int) -> World:
    contexts, classes = np.asarray(data[0], dtype=np.float64), np.asarray(data[1], dtype=np.int64)
    order = np.random.default_rng(seed).permutation(len(classes))
    spread = contexts.std(axis=0)
    scaled = (contexts - contexts.mean(axis=0)) / np.where(spread > 0, spread, 1.0) / np.sqrt(contexts.shape[1])
    return World(np.column_stack([np.ones(len(scaled)), scaled])[order], classes[order], int(classes.max()) + 1)


def _made(seed: int) -> Any:
    return make_classification(
        n_samples=MADE_ROWS, n_features=20, n_informative=10, n_classes=5, class_sep=1.2, random_state=seed
    )


WORLDS: dict[str, Callable[[int], World]] = {
    "digits": lambda seed: _shuffled(load_digits(return_X_y=True), seed),
    "breast cancer": lambda seed: _shuffled(load_breast_cancer(return_X_y=True), seed),
    "wine": lambda seed: _shuffled(load_wine(return_X_y=True), seed),
    "made": lambda seed: _shuffled(_made(seed), seed),
}
