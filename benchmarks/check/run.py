"""How well does `backproof check` find mistakes? Correct programs, one mistake put into each copy, checked by the command line.

    python benchmarks/check/run.py                  everything: hours
    python benchmarks/check/run.py --sample 40      as many mutants, chosen by a hash
    python benchmarks/check/run.py --kinds missing-slope not-reset --programs parity_links
    python benchmarks/check/run.py --write FOLDER   only write the mutants, with an index

What was measured is kept for the next run; Ctrl-C loses nothing and prints what there is.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import store
from baselines import gradient_check, random_repair
from checker import Answer, checked
from equivalence import Judgement
from mutations import KINDS
from program import Mutant, Program, load
from report import ORIGINAL, Result, section, whole
from suite import Case, all_cases, judged, spread
from tables import publish

HERE = Path(__file__).parent


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=2, help="so many at a time (2)")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), metavar="KIND")
    parser.add_argument("--programs", nargs="+", metavar="PROGRAM", help="by name, without .py")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="so many mutants, the same each time"
    )
    parser.add_argument(
        "--skip", type=int, default=0, metavar="N", help="leave out as many of the sample's first"
    )
    parser.add_argument(
        "--per-kind", type=int, default=2, metavar="N", help="mutants of a kind and program (2)"
    )
    parser.add_argument(
        "--beyond", type=int, default=0, metavar="N", help="leave out the first of each kind"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every result there")
    parser.add_argument(
        "--write", type=Path, metavar="FOLDER", help="write the mutants, check none"
    )
    parser.add_argument("--folder", type=Path, default=HERE, help="of facts.toml and programs/")
    parser.add_argument("--no-baselines", action="store_true", help="no random repair")
    parser.add_argument(
        "--publish", action="store_true", help="write the table into docs/benchmarks.md"
    )
    parser.add_argument(
        "--seen", type=Path, metavar="FILE", help="results (--json) that led to changes: told apart"
    )
    parser.add_argument("--fresh", action="store_true", help="drop what was kept")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    if given.fresh:
        store.drop()
    programs = {p.name: p for p in load(given.folder) if p.name in (given.programs or [p.name])}
    found = all_cases(
        counted("mutants of", programs.values()),
        given.kinds,
        given.jobs,
        bool(given.write),
        given.per_kind,
    )
    found = [case for case in found if int(case.name.split("__")[-1].strip("x")) > given.beyond]
    if given.write:
        write(found, given.write)
        return
    if given.sample:
        found = sorted(found, key=lambda case: store.digest(case.mutant.source))
        found = found[given.skip : given.skip + given.sample]
    cases = [original(program) for program in programs.values()] + found
    results: list[Result] = []
    try:
        for _, result in spread(
            lambda case: measured(case, programs, not given.no_baselines), cases, given.jobs
        ):
            results.append(result)
            say(f"\r{len(results)} of {len(cases)}  {result.name:60.60}")
    except KeyboardInterrupt:
        say(f"\nstopped after {len(results)} of {len(cases)}")
    say("\n")
    results.sort(key=lambda result: result.name)
    print(whole(results, given.kinds))
    if given.publish:
        seen = json.loads(given.seen.read_text()) if given.seen else []
        publish(section(results, given.kinds, {row["name"] for row in seen}), True)
    if given.json:
        given.json.write_text(
            json.dumps([asdict(r) for r in results], indent=1, ensure_ascii=False)
        )


def original(program: Program) -> Case:
    mutant = Mutant(program.name, ORIGINAL, program.source, 1, (), "as it is")
    return Case(program.name, mutant, Judgement("equivalent", "the original"))


def measured(case: Case, programs: dict[str, Program], baselines: bool) -> Result:
    """One program through the command, and its answer beside the truth."""
    mutant, truth = case.mutant, case.judgement
    program = programs[mutant.program]
    answer = checked(case.name, mutant.source)
    repaired, repair = mended(program, answer)
    search = None
    if baselines and truth.verdict == "harmful":
        search = random_repair(program, mutant, answer.seconds).repaired
    first = answer.first
    return Result(
        name=case.name,
        program=mutant.program,
        kind=mutant.kind,
        truth=truth.verdict,
        reason=truth.reason,
        line=mutant.line,
        accept=mutant.accept,
        says=mutant.says,
        verdict=answer.verdict,
        accused=answer.accuses,
        first_line_right=bool(first) and covers(first, mutant.accept),
        repaired=repaired,
        seconds=answer.seconds,
        got=words(first),
        repair=repair,
        problems=tuple(answer.problems),
        gradient_check=gradient_check(case),
        random_repair=search,
    )


def covers(finding: dict, lines: tuple[int, ...]) -> bool:
    last = finding.get("end_line") or finding["line"]
    return any(finding["line"] <= line <= last for line in lines)


def words(finding: dict | None) -> str:
    if finding is None:
        return ""
    return f"line {finding['line']}, {finding['code']}: {finding['message']}"


def mended(program: Program, answer: Answer) -> tuple[bool, str]:
    """Whether the fixed program moves as the original does, and what became of it."""
    if not answer.fixed_source:
        return False, "no fix"
    try:
        verdict = judged(program, answer.fixed_source)
    except SyntaxError as problem:
        return False, f"the fix is no Python: {problem}"
    return verdict.verdict == "equivalent", f"the fix is {verdict.verdict}: {verdict.reason}"


def write(cases: list[Case], folder: Path) -> None:
    """Each mutant as a file, and an index."""
    folder.mkdir(parents=True, exist_ok=True)
    index = []
    for case in cases:
        file = f"{case.name}.py"
        (folder / file).write_text(case.mutant.source, encoding="utf-8")
        about = asdict(case.mutant) | {
            "class": case.judgement.verdict,
            "reason": case.judgement.reason,
        }
        index.append({"file": file} | {k: v for k, v in about.items() if k != "source"})
    (folder / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False))
    print(f"{len(index)} mutants in {folder}")


def counted(label: str, items: object) -> list[Program]:
    """The items, announced."""
    known = list(items)
    say(f"{label} {len(known)} programs\n")
    return known


def say(text: str) -> None:
    print(text, end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
