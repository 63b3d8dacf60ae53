"""Only a namesake."""
raise ImportError("the wrong one was imported")
