"""Backpropagation, the textbook: the forward and the backward pass, each line beside its formula.

    forward      a_0 = x,  z_l = a_{l-1} W_l + b_l,  a_l = f_l(z_l)
    backward     delta_L = dL/dz_L,  delta_{l-1} = (delta_l W_l^T) * f'(z_{l-1}),  dL/dW_l = a_{l-1}^T delta_l
    dropout      the same with m_l * a_l for each hidden a_l, m_l a mask (Srivastava et al., 2014)
    jacobian     the same backward pass for each output by itself and each example by itself
    curvature    the Gauss-Newton matrix that the Jacobian gives

Examples are rows; where they do not count alike, each one's loss is multiplied by its weight. The algorithm: Rumelhart, Hinton and Williams (1986); the Gauss-Newton form: Schraudolph (2002).
"""

from __future__ import annotations

import numpy as np

from backproof.arrays import Array
from backproof.network import Network

Masks = list[
    Array | None
]  # for each hidden layer (n, n_l): 0 where a unit is left out; None: all are there


def forward(network: Network, X: Array, masks: Masks | None = None) -> list[Array]:
    """Every layer's activations: [a_0, a_1, ..., a_L], a_0 = X of shape (n, inputs), a_l of shape (n, n_l).

    They stand as they are before a mask is laid on them.
    """
    activations = [X]
    for position, layer in enumerate(network.layers):
        # z_l = (m_{l-1} * a_{l-1}) W_l + b_l            (n, n_l)
        z = masked(activations[-1], masks, position) @ layer.weights + layer.biases
        # a_l = f_l(z_l)
        activations.append(layer.activation.value(z))
    return activations


def masked(a: Array, masks: Masks | None, position: int) -> Array:
    """m * a for the values that the layer at `position` takes in; the inputs have no mask."""
    mask = masks[position - 1] if masks is not None and position > 0 else None
    return a if mask is None else a * mask


def backward(
    network: Network,
    activations: list[Array],
    Y: Array,
    weights: Array | None = None,
    masks: Masks | None = None,
) -> Array:
    """The gradient of the mean loss with respect to every parameter, flat, ordered like `network.parameters`.

    Args:
        activations: what `forward` returned; the first of them, X, may be sparse.
        Y: targets, (n, outputs).
        weights: how much each example counts, (n,); None: 1 each.
        masks: those of the forward pass.
    """
    gradient = np.empty_like(network.parameters)
    # The mean over the batch: each example counts 1/n, or its weight over n.
    delta: Array = output_delta(network, activations[-1], Y) / len(Y)
    if weights is not None:
        delta *= weights[:, None]
    layers = list(zip(network.layers, network.split(gradient), activations, strict=False))
    for position, (layer, (grad_W, grad_b), a) in reversed(list(enumerate(layers))):
        # dL/dW_l = (m_{l-1} * a_{l-1})^T delta_l        (n_{l-1}, n_l)
        grad_W[:] = masked(a, masks, position).T @ delta
        # dL/db_l = sum of delta_l over the batch: the bias unit's activation is 1
        np.sum(delta, axis=0, out=grad_b)
        if position > 0:
            # delta_{l-1} = m_{l-1} * (delta_l W_l^T) * f'(z_{l-1})
            before = network.layers[position - 1].activation
            delta = before.pull_back(a, masked(delta @ layer.weights.T, masks, position))
    return gradient


def output_delta(network: Network, a: Array, Y: Array) -> Array:
    """delta_L = dl/dz_L of each example, (n, outputs)."""
    output, loss = network.activations[-1], network.loss
    if output.name in loss.matching:
        # dl/da * f'(z) cancels to a - y
        return a - Y
    # dl/dz = dl/da * f'(z)
    return output.pull_back(a, loss.slope(a, Y))


def mean_loss(network: Network, a: Array, Y: Array, weights: Array | None = None) -> float:
    """The mean over the examples of the loss of outputs `a` (n, outputs), each times its weight (n,) if there are any."""
    losses = network.loss.value(a, Y)
    return float(np.mean(losses if weights is None else losses * weights))


def jacobian(network: Network, activations: list[Array]) -> Array:
    """dz_L/dparameters of each example and output, (n, outputs, parameters): backward from each z_L[k] alone."""
    n, outputs = activations[-1].shape
    result = np.empty((n, outputs, network.parameters.size), network.dtype)
    for k in range(outputs):
        # dz_L[k]/dz_L = the k-th unit vector
        delta = np.zeros((n, outputs), network.dtype)
        delta[:, k] = 1
        end = network.parameters.size
        for position in reversed(range(len(network.layers))):
            layer, a = network.layers[position], activations[position]
            begin, middle = end - layer.weights.size - layer.biases.size, end - layer.biases.size
            # dz_L[k]/dW_l = outer(a_{l-1}, delta_l), example by example
            result[:, k, begin:middle] = (a[:, :, None] * delta[:, None, :]).reshape(n, -1)
            # dz_L[k]/db_l = delta_l
            result[:, k, middle:end] = delta
            end = begin
            if position > 0:
                before = network.layers[position - 1].activation
                delta = before.pull_back(a, delta @ layer.weights.T)
    return result


def output_curvature(network: Network, a: Array, Y: Array) -> Array:
    """The Gauss-Newton part of d2l/dz_L2 of each example, (n, outputs, outputs); positive semidefinite."""
    output, loss = network.activations[-1], network.loss
    units = np.eye(a.shape[1], dtype=a.dtype)
    # S[k] = da_k/dz_L
    slopes = np.stack([output.pull_back(a, np.tile(unit, (len(a), 1))) for unit in units], axis=1)
    if output.name in loss.matching:
        # dl/dz = a - y, so d2l/dz2 = da/dz
        return slopes
    # S^T diag(d2l/da2) S
    curved: Array = np.swapaxes(slopes, 1, 2) @ (loss.curvature(a, Y)[:, :, None] * slopes)
    return curved


def gauss_newton(
    network: Network, activations: list[Array], Y: Array, weights: Array | None = None
) -> Array:
    """The generalised Gauss-Newton matrix of the mean loss, (parameters, parameters)."""
    J = jacobian(network, activations)
    H = output_curvature(network, activations[-1], Y)
    if weights is not None:
        H = H * weights[:, None, None]
    # mean over examples of J^T H J
    flat_J, flat_HJ = J.reshape(-1, J.shape[2]), (H @ J).reshape(-1, J.shape[2])
    matrix: Array = flat_J.T @ flat_HJ / len(Y)
    return matrix
