"""Reads and writes an MLflow model registry. MLflow is loaded when a registry is opened, not before."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError, EvidenceError, NotFoundError, NotPermittedError, StoreError

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

MAX_FILES = 10_000
MAX_TAG_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """A version of a registered model."""

    model: str
    version: str
    run: str | None
    """Id of the run that it came from; None: it names none."""

    is_ready: bool
    tags: Mapping[str, str]


class MlflowRegistry:
    """A registry, and the tracking store with the runs of its versions."""

    def __init__(self, client: MlflowClient, *, address: str) -> None:
        self._client = client
        self.address = address
        """Of the registry, without credentials."""

    @classmethod
    def open(cls, *, tracking: str | None = None, registry: str | None = None) -> MlflowRegistry:
        """Open a registry; without addresses the one that MLflow's own variables name.

        Raises:
            ConfigError: If MLflow is not installed.
            StoreError: If MLflow cannot use the address.
        """
        try:
            import mlflow
            from mlflow.tracking import MlflowClient
        except ImportError as error:
            raise ConfigError(
                "MLflow is not installed", where="rw mlflow", fix="install it: pip install 'roadworthy[mlflow]'"
            ) from error
        with _translated("the registry"):
            client = MlflowClient(tracking_uri=tracking, registry_uri=registry)
            address = registry or tracking or mlflow.get_registry_uri()
        return cls(client, address=without_credentials(address))

    def version(self, model: str, version: str) -> ModelVersion:
        """Return a version of a registered model.

        Raises:
            NotFoundError: If there is none.
        """
        with _translated(f"{model} version {version}"):
            found = self._client.get_model_version(model, version)
        return ModelVersion(
            model=model,
            version=str(found.version),
            run=found.run_id or None,
            is_ready=found.status == "READY",
            tags=dict(found.tags),
        )

    def files(self, version: ModelVersion, *, below: str = "") -> tuple[tuple[str, Digest], ...]:
        """Return the files of a version with their digests, sorted by name.

        Args:
            version: The version.
            below: File or folder of its artifacts; empty takes all of them.

        Raises:
            EvidenceError: If they cannot be read: then nobody can say what the version is.
        """
        import mlflow

        with tempfile.TemporaryDirectory(prefix="roadworthy-mlflow-") as scratch, _translated("the artifacts"):
            address = self._client.get_model_version_download_uri(version.model, version.version)
            place = Path(mlflow.artifacts.download_artifacts(artifact_uri=address, dst_path=scratch)).resolve()
            wanted = (place / below).resolve()
            if not wanted.is_relative_to(place) or not wanted.exists():
                raise EvidenceError(
                    f"version {version.version} of {version.model} has no artifact {below!r}",
                    where="--artifact",
                    fix="name a file or folder of its artifacts",
                )
            return _digests(wanted)

    def alias(self, model: str, alias: str) -> str | None:
        """Return the version that an alias points to; None where there is no such alias.

        Raises:
            NotFoundError: If there is no such model.
        """
        with _translated(model):
            aliases: Mapping[str, Any] = self._client.get_registered_model(model).aliases
        found = aliases.get(alias)
        return None if found is None else str(found)

    def move(self, model: str, alias: str, version: str) -> None:
        """Point an alias to a version."""
        with _translated(f"alias {alias}"):
            self._client.set_registered_model_alias(model, alias, version)

    def tag(self, version: ModelVersion, tags: Mapping[str, str]) -> None:
        """Write tags on a version and on the run that it came from."""
        with _translated(f"the tags of {version.model} version {version.version}"):
            for name, value in tags.items():
                self._client.set_model_version_tag(version.model, version.version, name, value[:MAX_TAG_CHARACTERS])
                if version.run is not None:
                    self._client.set_tag(version.run, name, value[:MAX_TAG_CHARACTERS])


def without_credentials(address: str) -> str:
    """Return an address without what could log in.

    >>> without_credentials("https://me:word@registry.example.org:5000/x?token=1")
    'https://registry.example.org:5000/x'
    """
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme else parts.path


def _digests(place: Path) -> tuple[tuple[str, Digest], ...]:
    paths = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
    if not paths or len(paths) > MAX_FILES:
        raise EvidenceError(f"the artifacts are {len(paths)} files, from 1 to {MAX_FILES} can be compared")
    root = place.parent if place.is_file() else place
    return tuple(sorted((path.relative_to(root).as_posix(), _digest(path)) for path in paths))


def _digest(path: Path) -> Digest:
    with path.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """Say MLflow's errors as ours; their text may hold addresses and is not repeated."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        code = str(error.error_code)
        if code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise NotFoundError(f"MLflow has no {what}", where="rw mlflow", fix="look at the registry") from None
        if code in ("PERMISSION_DENIED", "UNAUTHENTICATED", "CUSTOMER_UNAUTHORIZED"):
            raise NotPermittedError(
                f"MLflow does not let this account use {what}", where="rw mlflow", fix="ask for the permission"
            ) from None
        raise StoreError(f"MLflow could not use {what}: {code}", where="rw mlflow", fix="check the address") from None
    except OSError as error:
        raise StoreError(
            f"MLflow could not use {what}: {type(error).__name__}", where="rw mlflow", fix="check the address"
        ) from None
