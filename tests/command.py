"""The command line, called in this process."""

from backproof.cli import main


def backproof(capsys, *arguments):
    """Run `backproof ARGUMENTS`; (exit status, standard output, standard error)."""
    capsys.readouterr()
    try:
        main(list(arguments))
        status = 0
    except SystemExit as exit_:
        status = exit_.code or 0
    out, err = capsys.readouterr()
    return status, out, err
