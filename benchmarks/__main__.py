"""Runs every measurement and writes benchmarks/RESULTS.md."""

from __future__ import annotations

import datetime
import os
import platform
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks import fits, loops, pages, reruns


def main() -> None:
    today = datetime.date.today()
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Ratios hold, seconds vary.",
        "",
        f"{today}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}",
        "",
        f"## {loops.EPOCHS} epochs of the article's regression, float32",
        "",
        "| loop | median ms | times the article's loop | first call ms |",
        "|---|---|---|---|",
    ]
    for name, seconds, ratio, first in loops.rows():
        lines.append(f"| {name} | {seconds * 1e3:.2f} | {ratio:.1f} | {first * 1e3:.0f} |")
    large = fits.rows()
    lines += [
        "",
        f"## A large regression: {fits.ROWS:,} x {fits.FEATURES}, {fits.EPOCHS} epochs",
        "",
        "| way | ms | times the bare loop |",
        "|---|---|---|",
    ]
    for name, seconds in large:
        lines.append(f"| {name} | {seconds * 1e3:.0f} | {seconds / large[0][1]:.2f} |")
    million = fits.million()
    lines += [
        "",
        f"A CSV of 1,000,000 rows and 6 columns: read in {million['read']:.1f} s, fitted"
        f" in {million['fit']:.1f} s, {million['mb']:.0f} MB more than before.",
    ]
    measured = pages.measure()
    floor = measured["pages"]["minimal"]
    lines += [
        "",
        "## Pages, against a Streamlit app with one slider and one chart",
        "",
        "No app collects garbage in full after every run (`runner.postScriptGC` is off).",
        "Opened by an address, as our pages are: Streamlit looks for its endpoints below it",
        "first, which costs every app the same.",
        "",
        "| page | first chart cold s | warm s (ratio) | slider to chart ms (ratio) |",
        "|---|---|---|---|",
    ]
    for name, row in measured["pages"].items():
        warm, slide = row["warm"] / floor["warm"], row["slider"] / floor["slider"]
        lines.append(
            f"| {name} | {row['cold']:.2f} | {row['warm']:.2f} ({warm:.2f}) "
            f"| {row['slider'] * 1e3:.0f} ({slide:.2f}) |"
        )
    lines += [
        "",
        "A changed point on the page of automatic differentiation: every way, the graph, the"
        f" curvature and the pitfalls stand after {measured['answers'] * 1e3:.0f} ms.",
    ]
    lines += [
        "",
        "## Frames per second while playing at 16×, all panels of the page",
        "",
        "| page | 150 steps | 1,000 steps | 10,000 steps |",
        "|---|---|---|---|",
    ]
    for name, fps in measured["frames"].items():
        lines.append(f"| {name} | {' | '.join(f'{value:.0f}' for value in fps.values())} |")
    lines += ["", "## Memory, resident MB", "", "| app | server | workers |", "|---|---|---|"]
    for name, row in measured["pages"].items():
        workers = [f"{mb:.0f}" for part, mb in row["memory"].items() if part != "server"]
        lines.append(f"| {name} | {row['memory']['server']:.0f} | {', '.join(workers) or '—'} |")
    lines += [
        "",
        f"## {reruns.RERUNS:,} reruns in one session: does memory stay flat?",
        "",
        f"| page | ms a rerun | MB after {reruns.EVERY} | MB at the end "
        "| growth MB, first to last quarter |",
        "|---|---|---|---|---|",
    ]
    for name, course in reruns.rows():
        lines.append(
            f"| {name} | {course.seconds / reruns.RERUNS * 1e3:.0f} "
            f"| {course.megabytes[0]:.0f} | {course.megabytes[-1]:.0f} "
            f"| {course.growth:+.1f} |"
        )
    text = "\n".join(lines) + "\n"
    Path(__file__).with_name("RESULTS.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
