"""How a derivation looks as HTML: light and dark, on a phone, a screen, paper, and inside a notebook."""

from __future__ import annotations

from collections.abc import Iterable

from backproof.diagnostic.html import DARK_THEMES, LIGHT_THEMES

LIGHT = "--ink:#1c1e21;--paper:#fff;--quiet:#5c6370;--line:#d9dce1;--tint:#f3f5f8;--accent:#0b57d0;--good:#1a7f37;--bad:#b3261e"
DARK = "--ink:#e4e6ea;--paper:#16181c;--quiet:#a2a9b4;--line:#3a3f47;--tint:#1f2329;--accent:#8ab4f8;--good:#6fd388;--bad:#ff8a80"


def _under(themes: Iterable[str], rules: str) -> str:
    return ",".join(f"{theme} .derivation" for theme in themes) + "{" + rules + "}"


STYLE = f"""<style>
.derivation{{{LIGHT};color:var(--ink);line-height:1.55;max-width:52em;overflow-wrap:break-word;font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}}
@media (prefers-color-scheme:dark){{.derivation{{{DARK}}}}}
{_under(LIGHT_THEMES, LIGHT)}
{_under(DARK_THEMES, DARK)}
body:has(>.derivation.page){{margin:0;background:#fff;color-scheme:light dark}}
@media (prefers-color-scheme:dark){{body:has(>.derivation.page){{background:#16181c}}}}
.derivation.page{{margin:0 auto;padding:1.2em clamp(.9em,4vw,2.5em) 4em;box-sizing:border-box}}
.derivation h1{{font-size:1.55em;line-height:1.25;margin:.4em 0 .6em}}
.derivation h2{{font-size:1.2em;line-height:1.35;margin:0 0 .5em}}
.derivation h2 span{{color:var(--quiet);font-weight:normal}}
.derivation h2 code{{font-size:.72em;font-weight:normal;color:var(--quiet);background:var(--tint);border-radius:.3em;padding:.1em .45em;margin-left:.4em}}
.derivation section{{border-top:1px solid var(--line);padding:1.3em 0 .9em}}
.derivation p{{margin:.55em 0}}
.derivation .question{{font-weight:600}}
.derivation .case{{color:var(--quiet);margin-bottom:0}}
.derivation math{{font-size:1.06em}}
.derivation .chain{{display:grid;grid-template-columns:max-content minmax(0,1fr);column-gap:.35em;row-gap:.5em;align-items:baseline;margin:.9em 0}}
.derivation .right{{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;column-gap:1.2em;min-width:0}}
.derivation .form{{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;column-gap:1.2em;background:var(--tint);border-left:3px solid var(--accent);border-radius:0 .3em .3em 0;padding:.55em .8em;margin:.7em 0}}
.derivation .numbers{{background:none;border-left-color:var(--line)}}
.derivation .formula{{max-width:100%;overflow-x:auto;overflow-y:hidden;padding:.15em 0}}
.derivation .reason{{color:var(--quiet);font-size:.88em}}
.derivation .shape{{font-size:.72em;color:var(--accent)}}
.derivation .scroll{{overflow-x:auto;margin:.7em 0}}
.derivation table{{border-collapse:collapse;font-size:.94em;color:inherit;margin:0;border:0}}
.derivation.derivation tr:nth-child(n){{background:none}}
.derivation th,.derivation td{{text-align:left;vertical-align:baseline;padding:.22em 1.1em .22em 0;border:0;border-bottom:1px solid var(--line);background:none}}
.derivation th{{color:var(--quiet);font-weight:normal}}
.derivation .proved{{color:var(--good);font-size:.88em}}
.derivation .unproved{{color:var(--bad);font-weight:bold}}
.derivation nav{{background:var(--tint);border-radius:.4em;padding:.5em .9em;margin-bottom:1.2em}}
.derivation nav ol{{margin:.4em 0;columns:15em}}
.derivation a{{color:var(--accent);text-decoration:none}}
.derivation summary{{cursor:pointer}}
.derivation figure{{margin:.8em 0}}
.derivation figcaption{{color:var(--quiet);font-size:.85em}}
.derivation svg.diagram{{display:block;width:100%;height:auto;margin:0 auto}}
.derivation svg line{{stroke:var(--quiet)}}
.derivation svg circle{{fill:var(--paper);stroke:var(--ink);stroke-width:1.4}}
.derivation svg circle.bias{{fill:var(--tint)}}
.derivation svg text{{fill:var(--ink);text-anchor:middle}}
.derivation svg text.words{{fill:var(--quiet)}}
@media (max-width:34em){{
.derivation{{font-size:.95em}}
.derivation .chain{{grid-template-columns:minmax(0,1fr);row-gap:.3em}}
.derivation .left:empty{{display:none}}
.derivation .right{{padding-left:1em}}
.derivation .right .reason{{flex-basis:100%}}
}}
@media print{{
.derivation{{{LIGHT};max-width:none;font-size:10.5pt}}
body:has(>.derivation.page){{background:none}}
.derivation nav{{display:none}}
.derivation .chain,.derivation .form,.derivation figure,.derivation tr{{break-inside:avoid}}
.derivation h2,.derivation .question{{break-after:avoid}}
}}
</style>"""
