"""The process that runs one edited program after another."""

import os
import time

from backproof.checking.process.session import Host, Limits, Server

PROGRAM = "w = 0.5\nfor epoch in range(20):\n    w = w - 0.1 * (w - 1.0)\n"
SECONDS = 20.0


def ended(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_trials_end_when_nobody_waits_for_them():
    settings = {"loop": 0, "steps": [0], "paths": None, "want": None, "jitter": {}, "late": []}
    with Host(Limits(), None, "program.py", "program.py") as host:
        run = host.start("server", "", seconds=3.0, **settings)
        server = Server(host, run)
        server.ask([{"source": PROGRAM}] * 2)
        assert server.take() is not None
        server.ask([{"source": PROGRAM}] * 400)
        run.connection.close()
        until = time.monotonic() + SECONDS
        while not ended(run.pid) and time.monotonic() < until:
            time.sleep(0.05)
        assert ended(run.pid)
        os.kill(host.process.pid, 0)  # the host itself is still there
