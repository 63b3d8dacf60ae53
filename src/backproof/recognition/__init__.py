"""A person's program as a network: its layers found in the numbers that it computes, and derived in its own names."""
