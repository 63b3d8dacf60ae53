"""`python -m backproof` is the command."""

from backproof.cli import main

main()
