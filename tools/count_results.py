#!/usr/bin/env python3
"""Adds up what ./test ran: GoogleTest's XML per binary, ctest's JUnit file, and the closing lines of the scripts.

A binary that ctest calls failed though its XML shows no failure (it crashed, leaked, timed out) counts as one failure.
Prints each failure, then the one closing line; exit code 1 when anything failed or nothing ran.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as xml


def gtest_counts(path):
    """(passed, [failed names], skipped) of one GoogleTest XML file; None when the file is not whole."""
    try:
        root = xml.parse(path).getroot()
    except xml.ParseError:
        return None
    passed, failed, skipped = 0, [], 0
    for case in root.iter("testcase"):
        if case.find("failure") is not None:
            failed.append(f"{case.get('classname')}.{case.get('name')}")
        elif case.find("skipped") is not None or case.get("result") == "skipped" or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def count_ctest(junit, gtest_folder):
    passed, failed, skipped = 0, [], 0
    try:
        cases = list(xml.parse(junit).getroot().iter("testcase"))
    except (xml.ParseError, FileNotFoundError):
        return 0, [f"{junit.name}: ctest did not finish"], 0
    for case in cases:
        name, good = case.get("name"), case.get("status") == "run"
        counts = gtest_counts(gtest_folder / f"{name}.xml") if (gtest_folder / f"{name}.xml").exists() else None
        if counts:
            passed += counts[0]
            failed += [f"{name}: {one}" for one in counts[1]]
            skipped += counts[2]
            if not good and not counts[1]:
                failed.append(f"{name}: ended badly after its tests (sanitizer, crash or time limit)")
        elif good:
            passed += 1
        elif case.get("status") == "disabled":
            skipped += 1
        else:
            failed.append(name)
    return passed, failed, skipped


def count_scripts(path):
    passed, failed, skipped = 0, [], 0
    for line in path.read_text().splitlines():
        name, _, figures = line.rpartition(": ")
        found = re.fullmatch(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?", figures)
        passed += int(found[1])
        failed += [name] * int(found[2])
        skipped += int(found[3] or 0)
    return passed, failed, skipped


def vectors_skipped(logs):
    """Sum of the VECTORS lines, or None when no test said one."""
    found = [int(n) for log in logs for n in re.findall(r"VECTORS skipped=(\d+)", log.read_text(errors="replace"))]
    return sum(found) if found else None


def main(folder):
    parts = [count_ctest(junit, folder / f"gtest-{junit.stem.removeprefix('ctest-')}")
             for junit in sorted(folder.glob("ctest-*.xml"))]
    parts.append(count_scripts(folder / "scripts.txt"))
    passed, skipped = sum(p[0] for p in parts), sum(p[2] for p in parts)
    failed = [name for p in parts for name in p[1]]
    for name in failed:
        print(f"FAILED {name}")
    unread = vectors_skipped(sorted(folder.glob("last-test-*.log")))
    if unread is not None:
        (folder / "vectors-skipped").write_text(f"{unread}\n")
        print(f"vectors skipped: {unread}")
    print(f"{passed} passed, {len(failed)} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
