"""Checks of what a project fetches: packages, images, scripts and actions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.lint.dependencies import build, node, packages
from roadworthy.lint.ports import Detector

DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        "dependencies.unpinned": Detector(of_repository=packages.unpinned),
        "dependencies.without-lock": Detector(of_repository=packages.without_lock),
        "dependencies.without-hashes": Detector(of_file=packages.without_hashes),
        "dependencies.moving-source": Detector(of_file=packages.moving_source),
        "dependencies.lookalike": Detector(of_file=packages.lookalike),
        "dependencies.superseded": Detector(of_file=packages.superseded),
        "dependencies.bad-release": Detector(of_file=packages.bad_release),
        "dependencies.piped-script": Detector(of_file=build.piped_script),
        "dependencies.extra-index": Detector(of_file=build.extra_index),
        "dependencies.untrusted-index": Detector(of_file=build.untrusted_index),
        "dependencies.loose-image": Detector(of_file=build.loose_image),
        "dependencies.git-install": Detector(of_file=build.git_install),
        "dependencies.loose-action": Detector(of_file=build.loose_action),
        "dependencies.node-any-version": Detector(of_file=node.any_version),
        "dependencies.node-moving-source": Detector(of_file=node.moving_source),
        "dependencies.node-without-lock": Detector(of_repository=node.without_lock),
        "dependencies.node-install-script": Detector(of_file=node.install_script),
    }
)
"""What lint rules on dependencies may name."""
