#!/usr/bin/env python3
"""Builds codes.bin, the ICD-10-CM code list that marb looks diagnoses up in.

    python3 src/model/icd10cm/build.py                       # from the sources below, fetched with pip
    python3 src/model/icd10cm/build.py --check               # says whether codes.bin is what the sources give
    python3 src/model/icd10cm/build.py --order 2026-10-01=icd10cm_order_2027.txt

ICD-10-CM is maintained by NCHS and CMS, and their code files are works of the United States government. Two Python
packages carry them; only their data files are read, nothing of the packages runs:

- simple-icd-10-cm: the order file of January 2021, the code lists of April 2025 and 2026, and the tabular lists;
- drgpy: the diagnoses of CMS's MS-DRG definitions, every version since 36 (October 2018). They hold every diagnosis but
  external causes (V00-Y99); where both lists are at hand this script checks that they agree.

`--order` adds the order file of a further release as CMS publishes it (icd10cm_order_YYYY.txt); the day is the first on
which it holds. See README.md for the layout of codes.bin and for what it can and cannot say.
"""
import argparse
import datetime
import hashlib
import json
import lzma
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
import zipfile

PACKAGES = {  # name and version: SHA-256 of the wheel
    "simple-icd-10-cm==1.1.2": "f6c8a14025b39ce288abc6c380ca0c89bcf3c3dc458490fe7c61cabd53ba46d6",
    "simple-icd-10-cm==1.4.0": "d8a1b58282315af86acf4a4fc1765a6f42f5456ec216e53173b7be880825c36c",
    "simple-icd-10-cm==1.5.0": "6d461d71dc26aedc530ae65f02cfb578a154e49507c32e8241e75f701d4b7e42",
    "drgpy==0.2.1": "63fc3691ad2b0722578b5c0ea02fa6708462eb30bad53dc197a8f526115cbee6",
}
# First day on which a release holds: package and file.
FULL = {
    "2021-01-01": ("simple-icd-10-cm==1.1.2", "simple_icd_10_cm/data/icd10cm-order-Jan-2021.txt"),
    "2025-04-01": ("simple-icd-10-cm==1.4.0", "simple_icd_10_cm/data/code-list-April-2025.txt"),
    "2026-04-01": ("simple-icd-10-cm==1.5.0", "simple_icd_10_cm/data/code-list-April-2026.txt"),
}
TABULAR = [
    ("simple-icd-10-cm==1.1.2", "simple_icd_10_cm/data/icd10cm_tabular_2021.xml"),
    ("simple-icd-10-cm==1.4.0", "simple_icd_10_cm/data/icd10cm-tabular-April-2025.xml"),
    ("simple-icd-10-cm==1.5.0", "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml"),
]
MS_DRG = {
    "2018-10-01": "36", "2019-10-01": "37", "2020-10-01": "38", "2021-10-01": "39", "2022-10-01": "40",
    "2023-10-01": "41", "2024-04-01": "41.1", "2024-10-01": "42", "2025-04-01": "42.1", "2025-10-01": "43",
    "2026-04-01": "43.1",
}
EXTERNAL_CAUSES = ("V", "W", "X", "Y")

ABSENT, HEADER, BILLABLE, UNKNOWN = range(4)
SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def fetch(folder):
    """The wheels, by name and version."""
    wheels = {}
    for package, expected in PACKAGES.items():
        into = folder / package
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", into, package], check=True)
        [wheel] = into.iterdir()
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if found != expected:
            sys.exit(f"{wheel.name} is not the one that was looked at: {found}")
        wheels[package] = zipfile.ZipFile(wheel)
    return wheels


def order_file(text):
    """The billable codes of a CMS order file: the code in columns 7-13, whether it is billable in column 15."""
    return {line[6:13].strip() for line in text.splitlines() if line[14:15] == "1"}


def code_list(text):
    """The billable codes of a list of chapters, sections and codes: those that no other code goes on from."""
    codes = sorted({line for line in text.split() if re.fullmatch("[A-Z][0-9A-Z]{2,6}", line)})
    return {code for code, after in zip(codes, [*codes[1:], ""]) if not after.startswith(code)}


def manifestations(tabular):
    """Codes that may never be principal: a "code first" note, and a title "in ... diseases classified elsewhere"
    (ICD-10-CM guidelines, section I.A.13)."""
    found = set()

    def walk(diag, code_first):
        code_first = code_first or diag.find("codeFirst") is not None
        if code_first and re.search(r"\bin\b.*\bdiseases classified elsewhere", diag.findtext("desc")):
            found.add(diag.findtext("name").replace(".", ""))
        for child in diag.iterfind("diag"):
            walk(child, code_first)

    for section in xml.fromstring(tabular).iter("section"):
        for diag in section.iterfind("diag"):
            walk(diag, False)
    return found


def next_release(day):
    """CMS releases codes each October, and each April since 2022; before that once in April 2020 and in January 2021."""
    yearly = [f"{year}-{month}" for year in range(2018, 2100) for month in ("04-01", "10-01")]
    none = {"2018-04-01", "2019-04-01", "2021-04-01"}
    return min(release for release in {*yearly, "2021-01-01"} - none if release > day)


def billable_by_period(full, partial):
    """For each period its first day, and for each code whether it is billable in it (None: nobody knows)."""
    days = [min([*full, *partial])]
    last = max([*full, *partial])
    while days[-1] < last:
        days.append(next_release(days[-1]))
    in_partial = set().union(*partial.values())
    for day in full.keys() & partial.keys():
        # What makes the partial lists complete but for external causes.
        if {c for c in full[day] if not c.startswith(EXTERNAL_CAUSES)} != partial[day]:
            sys.exit(f"the lists of {day} differ")

    def known(code, day):
        if day in full:
            return code in full[day]
        return code in partial[day] if day in partial and code in in_partial else None

    states = {}
    for code in set().union(in_partial, *full.values()):
        row = [known(code, day) for day in days]
        for i, state in enumerate(row):
            if state is None:  # what the releases before and after agree on
                before = next((s for s in row[i::-1] if s is not None), None)
                after = next((s for s in row[i:] if s is not None), None)
                row[i] = before if before == after else None
        states[code] = row
    return days, states


class Graph:
    """The codes as a tree whose equal branches are kept once."""

    def __init__(self):
        self.nodes, self.edges, self.ids, self.rows = [], [], {}, {}

    def add(self, children, row):
        children = sorted(children.items())
        kind = self.rows.setdefault(row, len(self.rows))
        key = (tuple(children), kind)
        if key not in self.ids:
            letters = sum(1 << SYMBOLS.index(symbol) for symbol, _ in children)
            self.nodes.append(letters | kind << 36 | len(self.edges) << 46)
            self.edges.extend(node for _, node in children)
            self.ids[key] = len(self.nodes) - 1
        return self.ids[key]


def grow(graph, prefix, codes, billable, periods, manifestation):
    """Adds the branch of the codes that begin with `prefix`; tells its node and in which periods it has codes."""
    children, below = {}, [False] * periods
    for symbol in SYMBOLS:
        longer = [code for code in codes if code.startswith(prefix + symbol)]
        if longer:
            children[symbol], has = grow(graph, prefix + symbol, longer, billable, periods, manifestation)
            below = [merge(a, b) for a, b in zip(below, has)]
    own = billable.get(prefix, [False] * periods)
    row = [state(o, b) if len(prefix) >= 3 else ABSENT for o, b in zip(own, below)]
    node = graph.add(children, (*row, int(prefix in manifestation)))
    return node, [merge(o, b) for o, b in zip(own, below)]


def merge(a, b):
    return True if a or b else None if a is None or b is None else False


def state(own, below):
    if own:
        return BILLABLE
    if own is None or below is None:
        return UNKNOWN
    return HEADER if below else ABSENT


def day_number(day):
    return int(day.replace("-", ""))


def pack(days, end, graph, root):
    assert len(graph.rows) < 1 << 10 and len(graph.edges) < 1 << 18 and len(graph.nodes) < 1 << 16
    head = struct.pack("<8sIIIII", b"ICD10CM1", len(days), len(graph.rows), len(graph.nodes), len(graph.edges), root)
    dates = [day_number(day) for day in [*days, end]]
    return b"".join([
        head,
        struct.pack(f"<{len(dates)}I", *dates),
        *(bytes(row) for row in graph.rows),
        struct.pack(f"<{len(graph.nodes)}Q", *graph.nodes),
        struct.pack(f"<{len(graph.edges)}H", *graph.edges),
    ])


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--order", action="append", default=[], metavar="DAY=FILE", help="an order file of CMS")
    parser.add_argument("--check", action="store_true", help="compare with codes.bin instead of writing it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheels = fetch(pathlib.Path(folder))

        def text(package, file):
            return wheels[package].read(file).decode("utf-8-sig")

        full = {}
        for day, (package, file) in FULL.items():
            full[day] = (order_file if "order" in file else code_list)(text(package, file))
        partial = {}
        for day, version in MS_DRG.items():
            packed = wheels["drgpy==0.2.1"].read(f"drgpy/runtime_data/v{version}.json.xz")
            partial[day] = set(json.loads(lzma.decompress(packed))["dxmap"])
        manifestation = set().union(*(manifestations(text(*tabular)) for tabular in TABULAR))
    for given in arguments.order:
        day, _, file = given.partition("=")
        full[str(datetime.date.fromisoformat(day))] = order_file(pathlib.Path(file).read_text())

    days, billable = billable_by_period(full, partial)
    end = str(datetime.date.fromisoformat(next_release(days[-1])) - datetime.timedelta(days=1))
    graph = Graph()
    # A code that goes on (7th characters) from a manifestation is one too.
    manifestation = {code for code in billable if any(code[:n] in manifestation for n in range(3, 8))}
    root, _ = grow(graph, "", sorted(billable), billable, len(days), manifestation)
    packed = pack(days, end, graph, root)
    for day, row in zip(days, zip(*billable.values())):
        print(f"{day}: {row.count(True)} billable, {row.count(None)} unknown")
    print(f"to {end}: {len(billable)} codes, {len(manifestation)} of them manifestations")
    print(f"{len(packed)} bytes: {len(graph.rows)} rows, {len(graph.nodes)} nodes, {len(graph.edges)} edges")
    target = pathlib.Path(__file__).with_name("codes.bin")
    if not arguments.check:
        target.write_bytes(packed)
    elif target.read_bytes() != packed:
        sys.exit("codes.bin is not what the sources give")


if __name__ == "__main__":
    main()
