"""How the tests run: BLAS on one thread, and property tests that draw the same examples every time.

A red test is then about the change that made it red. `pytest --hypothesis-profile=search` draws new examples, and many
more of them.
"""

import os

# Set before NumPy is loaded. For matrices as small as these, threads cost more than they bring, and with one test
# process on each core they get in each other's way: L-BFGS took 35 times as long.
for library in ("OPENBLAS", "MKL", "OMP"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402  # it may load NumPy

settings.register_profile("repeatable", deadline=None, derandomize=True, max_examples=40)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("repeatable")


@pytest.fixture(scope="module", params=["compiled", "reference"])
def each_engine(request):
    """Every test of the module runs twice: with the engine that `auto` takes, and with the textbook in its place."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "reference":
            patch.setattr("backproof.engine._compiled", lambda: None)
        yield request.param
