"""Checks of model files: code that loading runs, formats that lie, and what nobody vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.lint.models import graph_code, onnx, pickled, provenance, python_loads, reply_use, safetensors
from roadworthy.lint.ports import Detector

DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        "models.unsafe-pickle": Detector(of_file=pickled.unsafe_pickle),
        "models.any-pickle": Detector(of_file=pickled.any_pickle),
        "models.unreadable-pickle": Detector(of_file=pickled.unreadable_pickle),
        "models.pickle-in-disguise": Detector(of_file=pickled.pickle_in_disguise),
        "models.archive-path": Detector(of_file=graph_code.archive_path),
        "models.keras-code": Detector(of_file=graph_code.keras_code),
        "models.tensorflow-files": Detector(of_file=graph_code.tensorflow_files),
        "models.template-code": Detector(of_file=graph_code.template_code),
        "models.lying-gguf": Detector(of_file=graph_code.lying_gguf),
        "models.lying-safetensors": Detector(of_file=safetensors.lying_safetensors),
        "models.onnx-external-path": Detector(of_file=onnx.external_path),
        "models.onnx-custom-operator": Detector(of_file=onnx.custom_operator),
        "models.onnx-broken": Detector(of_file=onnx.broken_onnx),
        "models.format-mismatch": Detector(of_file=provenance.format_mismatch),
        "models.lfs-pointer": Detector(of_file=provenance.lfs_pointer),
        "models.undeclared": Detector(of_repository=provenance.undeclared_model),
        "models.without-digest": Detector(of_repository=provenance.model_without_digest),
        "models.digest-differs": Detector(of_repository=provenance.digest_differs),
        "models.unsigned": Detector(of_repository=provenance.unsigned_model),
        "models.load-calls": Detector(of_file=python_loads.load_calls),
        "models.reply-run": Detector(of_file=reply_use.reply_run),
    }
)
"""What lint rules on model files may name."""
