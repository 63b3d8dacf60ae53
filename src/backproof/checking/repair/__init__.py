"""Phases 7 and 8: changes that could mend it, tried on copies of the program as it runs."""
