"""Phase 3: the processes that run the program, and what they record of it."""
