#!/usr/bin/env python3
"""The rules of the house that a compiler does not know. tools/tidy/tidy.py [ROOT]

Each rule is a function of the tree that yields (path, line, text); its name is what the report says.
tools/tidy/tidy_test.py breaks each rule once and expects it named. Exit code 1 when anything is found.
"""
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE_ROOTS = ("src", "apps", "testing", "tests", "bench", "examples")
ACTORS = ("card", "phone", "issuer", "registry", "status", "verifier", "gate", "services", "store", "net")
# Third-party headers and the only folders that may include them. testing/, tests/ and bench/ are free.
HOMES = {
    r"openssl/": ("src/crypto/", "src/credential/x509/", "src/credential/cms/"),
    r"sqlite3\.h": ("src/store/sqlite/",),
    r"(libpq-fe\.h|postgresql/)": ("src/store/postgres/",),
    r"boost/": ("src/net/",),
    r"(winscard\.h|PCSC/)": ("src/net/",),
    r"(sys/socket\.h|netinet/|arpa/|netdb\.h|sys/un\.h|poll\.h|sys/epoll\.h)": ("src/net/",),
    r"nlohmann/": ("src/codec/json/",),
    r"zlib\.h": ("src/codec/deflate/",),
    r"(pango|cairo|openjpeg)": ("src/render/",),
    r"qrcodegen": ("src/render/", "apps/"),
    r"opencv2/": ("src/issuer/face/",),
    r"(fmt|spdlog)/": ("src/base/",),
    r"CLI/": ("apps/",),
}
# Nothing under src/ but net/ touches the world; store/ may touch its own file.
WORLD = {
    r"\b(system_clock|steady_clock|high_resolution_clock)::now\b": ("src/net/",),
    r"(?<![\w.>:])(std::|::)?time\s*\(\s*(NULL|nullptr|0|&\w+)?\s*\)": ("src/net/",),
    r"\b(clock_gettime|gettimeofday|localtime(_r)?|mktime)\s*\(": ("src/net/",),
    r"\b(secure_)?getenv\s*\(": ("src/net/",),
    r"(?<![\w.>])(std::)?s?rand\s*\(|\b(random_device|mt19937(_64)?|getrandom|getentropy)\b": ("src/net/",),
    r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.>])sleep\s*\(": ("src/net/",),
    r"\b(std::)?(ifstream|ofstream|fstream|filesystem)\b|\bfopen\s*\(": ("src/net/", "src/store/"),
    r"(?<![\w.>])(::)?socket\s*\(\s*(AF_|PF_)": ("src/net/",),
}
EVERYWHERE = {
    r"\bcatch\s*\(\s*\.\.\.\s*\)": "catch(...) hides what failed",
    r"\bstd::s?rand\s*\(": "std::rand is never what is needed",
    r"\bsleep_for\b": "nothing waits by sleeping",
    r"(?<![\w:])system_clock::now|std::chrono::system_clock::now": "the clock is handed in",
}
MARKS = re.compile(r"\b(TO" r"DO|FIX" r"ME|NO" r"LINT|XX" r"X)\b")
# The names of the applet 共通カードAP and of the actor are the standard's and the design's own.
FORBIDDEN_NAMES = re.compile(r"(^|[_/])(util|utils|helper|helpers|manager|common|misc)([_.]|$)")
MACHINE = re.compile(r"(?<![\w.<])/(work|root|home|Users)/[\w.]+")
REAL_NAMES = re.compile(r"\b(Apple|iPhone|Face ID|Touch ID|Find My|Google|Seven-Eleven|Lawson|FamilyMart|Ministop|J-LIS|e-Tax)\b"
                        r"|マイナポータル|マイナアプリ|デジタル庁|セブン-イレブン|ローソン|ファミリーマート|0120-95")
# What a fuzzer made: bytes, of which some happen to be text.
NOT_WRITTEN = ("tests/fuzz/corpus/",)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
# .clang-format aims at 120 columns; what it cannot break may run a little over.
MAX_LINES, WARN_LINES, MAX_COLUMNS = 700, 500, 140


class Tree:
    """The files of one checkout, read once."""

    def __init__(self, root):
        self.root = root
        self.files = {}
        for path in self._paths():
            if path.startswith(NOT_WRITTEN):
                continue
            try:
                self.files[path] = (root / path).read_text(encoding="utf-8").splitlines()
            except (UnicodeDecodeError, FileNotFoundError):
                continue

    def _paths(self):
        if shutil.which("git") and (self.root / ".git").exists():
            listed = subprocess.run(["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others",
                                     "--exclude-standard"], capture_output=True, text=True, check=False)
            if listed.returncode == 0:
                return sorted(p for p in listed.stdout.split("\0") if p)
        skip = ("build/", ".git/", "node_modules/")
        found = (str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file())
        return sorted(p for p in found if not p.startswith(skip) and "/node_modules/" not in p)

    def sources(self, *prefixes):
        for path, lines in self.files.items():
            if path.endswith((".cc", ".h")) and path.startswith(tuple(p + "/" for p in prefixes or SOURCE_ROOTS)):
                yield path, lines

    def text(self, path):
        return "\n".join(self.files[path]) if path in self.files else ""


def without_comments(lines):
    """The lines with comments and the insides of string literals blanked; same numbering."""
    out, inside = [], False
    for line in lines:
        kept, i = "", 0
        while i < len(line):
            if inside:
                end = line.find("*/", i)
                inside, i = (True, len(line)) if end < 0 else (False, end + 2)
            elif line.startswith("//", i):
                break
            elif line.startswith("/*", i):
                inside, i = True, i + 2
            elif line[i] == '"' and not (i and line[i - 1] == "'"):
                j = i + 1
                while j < len(line) and line[j] != '"':
                    j += 2 if line[j] == "\\" else 1
                kept, i = kept + '""', j + 1
            else:
                kept, i = kept + line[i], i + 1
        out.append(kept)
    return out


def dependency_table(tree):
    """{layer: set of layers it may include}, read from the table in ARCHITECTURE.md"""
    table, inside = {}, False
    for line in tree.files.get("ARCHITECTURE.md", []):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| layer |"):
            inside = True
        elif inside and line.startswith("|"):
            if not set(line) <= set("|- "):
                table[cells[0]] = set(cells[1].split()) if len(cells) > 1 else set()
        elif inside:
            break
    return table


def is_test(path):
    return path.endswith("_test.cc")


def includes_follow_the_table(tree):
    table = dependency_table(tree)
    if not table:
        yield "ARCHITECTURE.md", 1, "no dependency table found"
        return
    for path, lines in tree.sources("src"):
        layer = path.split("/")[1]
        if layer not in table:
            yield path, 1, f"folder src/{layer} is not in the dependency table"
            continue
        if is_test(path):
            continue
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if not match or match[1] == "<":
                continue
            target = match[2].split("/")[0]
            if target in ("apps", "testing", "tests", "bench"):
                yield path, number, f"src/ includes {match[2]}"
            elif target in table and target != layer and target not in table[layer]:
                yield path, number, f"{layer} may not include {target} ({match[2]})"
            elif "/" not in match[2] or target not in table:
                yield path, number, f"include by the path from src/: {match[2]}"


def cmake_links_follow_the_table(tree):
    table = dependency_table(tree)
    text = re.sub(r"#.*", "", tree.text("CMakeLists.txt"))
    calls = dict(re.findall(r"mitome_layer\((\w+)([^)]*)\)", text))
    for layer, rest in calls.items():
        found = re.search(r"\bLINK\b(.*?)(\bPRIVATE\b|$)", rest, re.S)
        links = set(found[1].split()) if found else set()
        if layer not in table:
            yield "CMakeLists.txt", 1, f"layer {layer} is not in the dependency table"
        elif links != table[layer] & set(calls):
            yield "CMakeLists.txt", 1, f"{layer} links {sorted(links)}, the table says {sorted(table[layer] & set(calls))}"
    for part, layer, rest in re.findall(r"mitome_part\((\w+) OF (\w+)([^)]*)\)", text):
        found = re.search(r"\bLINK\b(.*?)(\bPRIVATE\b|$)", rest, re.S)
        if stray := set(found[1].split() if found else ()) - table.get(layer, set()):
            yield "CMakeLists.txt", 1, f"{part}, a part of {layer}, may not link {sorted(stray)}"


def third_party_headers_stay_home(tree):
    for path, lines in tree.sources("src", "apps"):
        if is_test(path):
            continue
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            for pattern, homes in HOMES.items():
                if match and re.match(pattern, match[2]) and not path.startswith(homes):
                    yield path, number, f"{match[2]} belongs in {' or '.join(homes)}"


def the_world_is_handed_in(tree):
    for path, lines in tree.sources("src"):
        if is_test(path):
            continue
        for number, line in enumerate(without_comments(lines), 1):
            for pattern, homes in WORLD.items():
                if not path.startswith(homes) and re.search(pattern, line):
                    yield path, number, f"touches the world: {line.strip()[:80]}"


def nothing_forbidden(tree):
    for path, lines in tree.sources():
        for number, line in enumerate(without_comments(lines), 1):
            for pattern, why in EVERYWHERE.items():
                if re.search(pattern, line):
                    yield path, number, why
            if path.startswith("src/") and re.search(r"\bthrow\b", line):
                yield path, number, "we throw nothing"


def no_marks(tree):
    for path, lines in tree.files.items():
        if path.startswith("tools/tidy/") or path.endswith(("LICENSE", ".json")):
            continue
        for number, line in enumerate(lines, 1):
            if MARKS.search(line):
                yield path, number, f"unfinished or silenced: {line.strip()[:80]}"


def no_machine_paths(tree):
    for path, lines in tree.files.items():
        if path.startswith("tools/tidy/"):
            continue
        for number, line in enumerate(lines, 1):
            if MACHINE.search(line):
                yield path, number, f"a path of one machine: {line.strip()[:80]}"


def real_names_stay_in_the_glossary(tree):
    """What the program says, that is; a comment may cite where a fact was read."""
    for path, lines in tree.sources():
        for number, line in enumerate(lines, 1):
            found = REAL_NAMES.search(re.sub(r"(^|\s)//.*", "", line))
            if found and "ndependent of" not in line:
                yield path, number, f"{found[0]}: our own names; the real one stands in docs/glossary.md"


def shared_ptr_has_a_reason(tree):
    """One written reason, beside a shared_ptr in the file or in any project header it reaches, is enough for both."""
    def reason_in(path):
        lines = tree.files.get(path, [])
        return any(re.search("shared_ptr|make_shared", line) and any("//" in near for near in lines[max(i - 1, 0):i + 2])
                   for i, line in enumerate(lines))

    for path, lines in tree.sources():
        places, unread = {path}, [path]
        while unread:
            for match in filter(None, map(INCLUDE.match, tree.files.get(unread.pop(), []))):
                unread += [p for p in (match[2], "src/" + match[2]) if p in tree.files and p not in places]
                places.update(unread)
        for number, code in enumerate(without_comments(lines), 1):
            if re.search(r"\b(shared_ptr|make_shared)\b", code) and not any(map(reason_in, places)):
                yield path, number, "shared_ptr without a written reason, here or in a header it reaches"
                break


def reveal_callers_are_listed(tree):
    listed, where = {}, "tools/tidy/reveal_callers.txt"
    for number, line in enumerate(tree.files.get(where, []), 1):
        if line.strip() and not line.startswith("#"):
            name, _, reason = line.strip().partition(" ")
            listed[name] = number
            if not reason.strip():
                yield where, number, f"{name} has no reason"
    callers = set()
    for path, lines in tree.sources("src", "apps"):
        if is_test(path) or path.startswith("src/crypto/secret"):
            continue
        for number, line in enumerate(without_comments(lines), 1):
            if re.search(r"(\.|->)reveal\s*\(", line):
                callers.add(path)
                if path not in listed:
                    yield path, number, f"calls reveal() and is not in {where}"
    for name, number in listed.items():
        if name not in callers:
            yield where, number, f"{name} no longer calls reveal()"


def every_reason_is_tested(tree):
    # The negative corpora that several tests share stand in testing/.
    code = "\n".join(tree.text(p) for p in tree.files if p.endswith("_test.cc") or re.match(r"(tests/.*|testing/\w*corpus)\.cc$", p))
    scripts = "\n".join(tree.text(p) for p in tree.files if re.match(r"tests/.*\.(sh|mjs)$", p))
    produced = set(re.findall(r"\bReason::(\w+)", code)) | set(re.findall(r'"([A-Z][A-Z0-9_]+)"', code))
    produced |= set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", scripts))
    for number, line in enumerate(tree.files.get("src/base/reason.def", []), 1):
        match = re.match(r"REASON\((\w+),", line)
        if match and match[1] not in produced:
            yield "src/base/reason.def", number, f"no test produces {match[1]}"


def story_and_ecosystem_know_only_endpoints(tree):
    """Followed through project headers, except those of testing/ and of the town itself."""
    def reached(path, seen):
        for line in tree.files.get(path, []):
            match = INCLUDE.match(line)
            if not match or match[1] == "<":
                continue
            name = match[2]
            if name.split("/")[0] in ACTORS:
                yield name
            elif name.startswith("apps/") and name not in seen:
                seen.add(name)
                yield from (f"{inner} through {name}" for inner in reached(name, seen))

    for path, _ in tree.sources("apps", "tests"):
        if path.startswith(("apps/story/", "tests/ecosystem/")):
            for name in reached(path, set()):
                yield path, 1, f"holds an actor's internals: {name}"


# Pages that stand in both languages: as many headings, the same commands, the same pictures but for the language in their names.
TWINS = (("README.md", "README.ja.md"), ("docs/guide.md", "docs/guide.ja.md"))
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


def readmes_agree(tree):
    def shape(path):
        headings, commands, pictures, fenced = [], [], [], False
        for line in tree.files.get(path, []):
            if line.startswith("```"):
                fenced = not fenced
                commands.append("```")
            elif fenced:
                commands.append(re.sub(r"\s+#.*|^#.*", "", line).rstrip())
            elif re.match(r"#+ ", line):
                headings.append(len(line) - len(line.lstrip("#")))
            pictures += [re.sub(r"-(ja|en)(?=[.-])", "", name) for _, name in PICTURE.findall(line)]
        return headings, [c for c in commands if c], pictures

    for first, second in TWINS:
        if first not in tree.files and second not in tree.files:
            continue
        english, japanese = shape(first), shape(second)
        if not english[0] or english[0] != japanese[0]:
            yield second, 1, f"headings differ in number or level: {english[0]} and {japanese[0]}"
        for ours, theirs in zip(english[1], japanese[1]):
            if ours != theirs:
                yield second, 1, f"commands differ: {ours!r} and {theirs!r}"
                break
        if len(english[1]) != len(japanese[1]):
            yield second, 1, "one of the two has more commands"
        if english[2] != japanese[2]:
            yield second, 1, "the two show different pictures"


def pictures_are_there_and_made_by_a_test(tree):
    makers = "\n".join(tree.text(p) for p in tree.files if re.match(r"tests/browser/.*\.mjs$", p))
    for path, lines in tree.files.items():
        if not path.endswith(".md"):
            continue
        folder = pathlib.PurePosixPath(path).parent
        for number, line in enumerate(lines, 1):
            for alt, name in PICTURE.findall(line):
                if not (tree.root / folder / name).is_file():
                    yield path, number, f"no such picture: {name}"
                if not alt.strip():
                    yield path, number, f"{name} has no text beside it"
                made = re.sub(r"-(ja|en)$", "", pathlib.PurePosixPath(name).stem)
                if f"'{made}'" not in makers:
                    yield path, number, f"no browser test takes the picture {made}"


def the_article_is_answered(tree):
    """docs/article.md: A1 to A57 once each and in order; what a row names in backticks is there: a file, a reason, a test by its name."""
    path, rows = "docs/article.md", []
    if path not in tree.files:
        return
    reasons = tree.text("src/base/reason.def")
    for number, line in enumerate(tree.files[path], 1):
        match = re.match(r"\| A(\d+) \|(.*)\|(.*)\|(.*)\|\s*$", line)
        if not match:
            continue
        rows.append(int(match[1]))
        if not all(cell.strip() for cell in match.groups()[1:]):
            yield path, number, f"A{match[1]} has an empty cell"
        for name in re.findall(r"`([^`]+)`", match[3] + match[4]):
            file, _, test = name.partition(": ")
            if re.fullmatch(r"[A-Z][A-Z0-9_]+", name):
                if f"REASON({name}," not in reasons:
                    yield path, number, f"no such reason: {name}"
            elif "/" in file and " " not in file and not (tree.root / file).exists():
                yield path, number, f"no such file: {file}"
            elif test and f"test('{test}'" not in tree.text(file):
                yield path, number, f"no such test in {file}: {test}"
    if rows != list(range(1, 58)):
        yield path, 1, "the statements are not A1 to A57, once each and in order"


def errors_page_is_fresh(tree):
    printed = subprocess.run([sys.executable, str(tree.root / "tools/errors_md"), str(tree.root)],
                             capture_output=True, text=True, check=False).stdout
    if printed.splitlines() != tree.files.get("docs/errors.md", []):
        yield "docs/errors.md", 1, "run tools/errors_md > docs/errors.md"


def every_package_has_a_reason(tree):
    page = tree.text("docs/dependencies.md")
    for path, lines in tree.files.items():
        if path.startswith("tools/packages/") and path.endswith(".txt"):
            for number, line in enumerate(lines, 1):
                words = line.split()
                if not words or words[0].startswith("#"):
                    continue
                if len([w for w in words[1:] if not w.startswith("unless=")]) < 2:
                    yield path, number, f"{words[0]} has no reason"
                if f"`{words[0]}`" not in page:
                    yield path, number, f"{words[0]} is not in docs/dependencies.md"


def files_are_small_and_well_named(tree):
    for path, lines in tree.sources():
        if len(lines) > MAX_LINES:
            yield path, len(lines), f"{len(lines)} lines; at most {MAX_LINES}"
        if FORBIDDEN_NAMES.search(path) and "card/common/" not in path:
            yield path, 1, "a name that says nothing (util, helper, manager, common, misc)"
        if not re.fullmatch(r"[a-z0-9_./]+", path):
            yield path, 1, "file names are snake_case"
        for number, line in enumerate(lines, 1):
            if len(line) > MAX_COLUMNS:
                yield path, number, f"{len(line)} columns; at most {MAX_COLUMNS}"


RULES = (includes_follow_the_table, cmake_links_follow_the_table, third_party_headers_stay_home, the_world_is_handed_in,
         nothing_forbidden, no_marks, no_machine_paths,
         real_names_stay_in_the_glossary, shared_ptr_has_a_reason, reveal_callers_are_listed,
         every_reason_is_tested, story_and_ecosystem_know_only_endpoints, readmes_agree, pictures_are_there_and_made_by_a_test,
         the_article_is_answered, errors_page_is_fresh,
         every_package_has_a_reason, files_are_small_and_well_named)


def findings(root):
    tree = Tree(root)
    return [(rule.__name__, *found) for rule in RULES for found in rule(tree)]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent.parent).resolve()
    found = findings(root)
    for rule, path, line, text in found:
        print(f"{path}:{line}: {rule}: {text}")
    for path, lines in Tree(root).sources():
        if WARN_LINES < len(lines) <= MAX_LINES:
            print(f"{path}: {len(lines)} lines; consider dividing it (not an error)")
    print(f"tidy: {len(found)} found by {len(RULES)} rules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
