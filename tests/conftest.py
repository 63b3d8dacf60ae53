"""How the property tests draw: the same examples every time, so that a red test is about the change that made it red.

`pytest --hypothesis-profile=search` draws new ones, and many more of them.
"""

from hypothesis import settings

settings.register_profile("repeatable", deadline=None, derandomize=True, max_examples=40)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("repeatable")
