"""explain: backpropagation of a network derived, proved, and written down."""
