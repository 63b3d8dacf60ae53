"""Phases 4 to 6: what the program is: its step, its weights, its loss, the law by which each weight moves."""
