"""A network's training as a plain NumPy program: settings, data, weights, forward, backward, update, loop."""
