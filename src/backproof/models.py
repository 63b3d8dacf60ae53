"""Model files: one safetensors file with the weights, and in its metadata, as JSON, all that gives them a meaning.

    save      network, preprocessing and training settings, written whole or not at all
    load      the network back, or an error that says why this file is none
    read      the same with the training settings

The format holds tensors and text, never code, so a file from elsewhere is safe to open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import backproof
from backproof.errors import BackproofError, InputError, ModelError
from backproof.files import write_whole
from backproof.network import Network
from backproof.preprocessing import TablePreprocessing

FORMAT = "backproof-network"
FORMAT_VERSION = 1


def save(network: Network, path: str | Path, training: Mapping[str, Any] | None = None) -> None:
    """Write `network` to `path`.

    Args:
        training: settings and results to keep with it; plain data.

    Raises:
        InputError: the file cannot be written.
    """
    from safetensors.numpy import save as packed

    preprocessing = network.preprocessing
    metadata = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "backproof": backproof.__version__,
        "network": {
            "sizes": network.sizes,
            "activations": [row.name for row in network.activations],
            "loss": network.loss.name,
            "start": network.start,
        },
        "preprocessing": preprocessing.to_json()
        if isinstance(preprocessing, TablePreprocessing)
        else None,
        "training": training,
    }
    tensors = {}
    for number, layer in enumerate(network.layers, start=1):
        tensors[f"layer{number}.weights"] = np.ascontiguousarray(layer.weights)
        tensors[f"layer{number}.biases"] = np.ascontiguousarray(layer.biases)
    write_whole(path, packed(tensors, {key: json.dumps(value) for key, value in metadata.items()}))


def load(path: str | Path) -> Network:
    """The network that `save` wrote.

    Raises:
        ModelError: the file is missing, damaged, or of another kind.
    """
    return read(path)[0]


def read(path: str | Path) -> tuple[Network, dict[str, Any]]:
    """The network, and the settings and results of its training (empty where none were kept).

    Raises:
        ModelError: as `load`.
    """
    tensors, metadata = _opened(Path(path))
    try:
        described = metadata["network"]
        *hidden, output = described["activations"]
        network = Network(
            described["sizes"],
            hidden=hidden,
            output=output,
            loss=described["loss"],
            start=described["start"],
            seed=0,
            dtype=tensors["layer1.weights"].dtype,
        )
        for number, layer in enumerate(network.layers, start=1):
            layer.weights[:] = _fitting(tensors[f"layer{number}.weights"], layer.weights)
            layer.biases[:] = _fitting(tensors[f"layer{number}.biases"], layer.biases)
        if metadata["preprocessing"] is not None:
            network.preprocessing = TablePreprocessing.from_json(metadata["preprocessing"])
    except (KeyError, TypeError, ValueError, BackproofError) as error:
        raise ModelError(f"`{path}` is a damaged model: {error}; save the network again") from None
    return network, metadata["training"] or {}


def _opened(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tensors and metadata of a file that calls itself ours."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise ModelError(f"there is no model file `{path}`")
    try:
        with safe_open(path, framework="np") as file:
            raw = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # not a dictionary
    except (SafetensorError, OSError) as error:
        raise ModelError(
            f"`{path}` is not a safetensors file, or it is damaged ({error}); "
            "models are written by `backproof train DATA --save FILE.safetensors`"
        ) from None
    try:
        metadata = {key: json.loads(value) for key, value in raw.items()}
    except ValueError:
        metadata = {}
    if metadata.get("format") != FORMAT:
        raise ModelError(f"`{path}` is a safetensors file, but not a model of backproof's")
    if metadata.get("format_version") != FORMAT_VERSION:
        raise ModelError(
            f"`{path}` has format version {metadata.get('format_version')}, this backproof reads {FORMAT_VERSION}; "
            f"it was written by backproof {metadata.get('backproof')}: install that version"
        )
    return tensors, metadata


def _fitting(tensor: Any, place: Any) -> Any:
    if tensor.shape != place.shape:
        raise InputError(f"a tensor has shape {tensor.shape} where {place.shape} belongs")
    if not np.isfinite(tensor).all():
        raise InputError("a tensor holds NaN or infinity")
    return tensor
