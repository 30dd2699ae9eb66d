"""Tells whether work grows in proportion to its size, in CPU time, whatever else the machine does."""

import gc
import time
from collections.abc import Callable

_TRIES = 6


def grows_in_proportion(work: Callable[[str], object], small: str, large: str, *, slack: float, floor_s: float) -> bool:
    """Return whether ``large`` takes at most ``slack`` times what its length allows, by the best of several tries.

    A pause of the machine or of the garbage collection makes one try slow; work that grows faster makes all slow.
    """
    allowed = slack * len(large) / len(small)
    least_small = least_large = float("inf")
    gc.collect()
    gc.disable()
    try:
        for _ in range(_TRIES):
            least_small = min(least_small, _seconds(work, small))
            least_large = min(least_large, _seconds(work, large))
            if least_large <= allowed * max(least_small, floor_s):
                return True
    finally:
        gc.enable()
    return False


def _seconds(work: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    work(text)
    return time.process_time() - start
