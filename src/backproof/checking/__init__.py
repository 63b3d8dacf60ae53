"""Check a person's own backpropagation, by running it and differentiating it by intervention."""
