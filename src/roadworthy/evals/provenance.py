"""Whether the system that answered is the one that was frozen."""

from __future__ import annotations

from collections.abc import Iterable

from roadworthy.evals.model import Reply, SampleResult
from roadworthy.inventory.release import Release


def foreign_components(release: Release, results: Iterable[SampleResult]) -> tuple[str, ...]:
    """Return the components that a target said it used at another digest than the release has, sorted.

    A service that was started before a prompt was edited still answers with the old
    one: without this, its answers would count for the new one. Only components of one
    file can be compared; a target that reports no digests is taken at its word, which
    the evidence cannot improve on.

    Args:
        release: What the run is said to be about.
        results: The run's, with what the target reported in each reply.
    """
    files = {c.key: c.files[0][1] for c in release.components if len(c.files) == 1}
    return tuple(
        sorted(
            {
                key
                for result in results
                if isinstance(result.response, Reply)
                for key, digest in result.response.digests.items()
                if key in files and files[key] != digest
            }
        )
    )
