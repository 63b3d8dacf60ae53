import jax
import jax.numpy as jnp

X = jnp.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = jnp.array([[0.0], [1.0], [1.0], [0.0]])


def loss(params):
    W1, W2 = params
    return jnp.mean((jnp.tanh(X @ W1) @ W2 - y) ** 2)


params = [jax.random.normal(jax.random.key(0), (2, 4)), jax.random.normal(jax.random.key(1), (4, 1))]
for epoch in range(1000):
    params = [w - 0.1 * g for w, g in zip(params, jax.grad(loss)(params))]
