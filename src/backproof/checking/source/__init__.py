"""Phases 1 and 2: the program as text: read, instrumented, and the way back to the person's own lines."""
