"""The page that explain writes, opened in a real browser: drawn, within its width, and asking nobody for anything."""

import html
import json
import re
import shutil
import subprocess

import pytest
from strategies import make_case

import backproof as bp

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
PHONE, DESKTOP = 390, 1280  # pixels

# The page stands in a frame of each width, and a script beside it measures.
PROBE = """<!DOCTYPE html><meta charset="utf-8"><body><pre id="found"></pre>{frames}<script>
onload = () => {{
  const found = [...document.querySelectorAll("iframe")].map(frame => {{
    const page = frame.contentDocument, root = page.documentElement;
    const box = element => element.getBoundingClientRect();
    const formulas = [...page.querySelectorAll("math")];
    const inScroller = element => element.closest(".formula, .scroll");
    return {{
      width: frame.clientWidth,
      scrollWidth: root.scrollWidth,
      height: root.scrollHeight,
      formulas: formulas.length,
      undrawn: formulas.filter(math => box(math).width < 3 || box(math).height < 5).length,
      fractions: [...page.querySelectorAll("mfrac")].filter(
        one => box(one.children[0]).bottom > box(one.children[1]).top + 2).length,
      outside: [...page.querySelectorAll("p, h1, h2, td, math, svg")].filter(
        one => !inScroller(one) && box(one).right > frame.clientWidth + 1).length,
      circles: page.querySelectorAll("svg circle").length,
      requests: frame.contentWindow.performance.getEntriesByType("resource").length,
    }};
  }});
  document.getElementById("found").textContent = JSON.stringify(found);
}};
</script>"""


def opened(page, tmp_path):
    """What a browser finds at the width of a phone and of a desktop."""
    frames = "".join(
        f'<iframe style="width:{width}px;height:900px;border:0" srcdoc="{html.escape(page)}"></iframe>'
        for width in (PHONE, DESKTOP)
    )
    path = tmp_path / "probe.html"
    path.write_text(PROBE.format(frames=frames), encoding="utf-8")
    done = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000",
            f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=10000", "--dump-dom", path.as_uri(),
        ],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    found = re.search(r'<pre id="found">(.+?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    return json.loads(html.unescape(found[1]))


def xor():
    return bp.explain(bp.Network([2, 3, 1], start="answer", seed=0), [0, 1], [1])


def deep():
    case = make_case(
        2, [3, 2, 4, 3], 5, hidden=["tanh", "leaky-relu"], output="softmax", loss="squared-error"
    )
    return bp.explain(case.network, case.X, case.Y, optimizer="adam", weight_decay=0.1)


def wide():
    case = make_case(1, [20, 12, 6], 2, hidden="relu", output="softmax")
    return bp.explain(case.network, case.X, case.Y, notation="answer")


MADE = {"xor": xor, "deep": deep, "wide": wide}


@pytest.mark.parametrize("name", MADE)
def test_a_page_needs_nothing_else(name):
    page = MADE[name]().to_html()
    assert page.startswith("<!DOCTYPE html>")
    assert not re.findall(r"https?:|url\(|@import|<script|<link|\bsrc=", page)
    assert page.count("<section") == page.count("</section>") == len(MADE[name]().keys)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
@pytest.mark.parametrize("name", MADE)
def test_a_browser_draws_the_page_within_its_width(name, tmp_path):
    page = MADE[name]().to_html()
    found = opened(page, tmp_path)
    assert [one["width"] for one in found] == [PHONE, DESKTOP]
    for one in found:
        assert one["scrollWidth"] <= one["width"], one
        assert one["outside"] == 0, one
        assert one["formulas"] == page.count("<math") > 100
        assert one["undrawn"] == 0, one
        assert one["fractions"] == 0, (
            one
        )  # a numerator that is not above its denominator: MathML is not understood
        assert one["circles"] > 5
        assert one["requests"] == 0
    assert found[0]["height"] > found[1]["height"]


def test_a_notebook_shows_a_fragment():
    found = xor()
    fragment = found._repr_html_()
    assert fragment.startswith("<style>")
    assert "<h1" not in fragment
    assert "<body" not in fragment
    assert ' id="' not in fragment  # two of them in one notebook must not meet
    assert fragment.count("<section>") == len(found)


def test_words_from_outside_are_made_harmless():
    found = bp.explain(bp.Network([1, 1], seed=0), [1], [1], about="<script>alert(1)</script> & so")
    assert "<script" not in found.to_html()
    assert "&lt;script&gt;" in found.to_html()
    assert r"\& so" in found.to_latex()
