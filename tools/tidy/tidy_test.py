#!/usr/bin/env python3
"""Breaks each rule of tidy.py once, in a small tree that keeps them all, and expects that rule and no other."""
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tidy  # noqa: E402  (the folder is on the path only now)

GOOD = {
    "ARCHITECTURE.md": "| layer | may include |\n| --- | --- |\n| base | |\n| crypto | base |\n| net | base crypto |\n"
                       "| card | base crypto |\n",
    "CMakeLists.txt": "mitome_layer(base)\nmitome_layer(crypto LINK base PRIVATE OpenSSL::Crypto)\n"
                      "mitome_part(reader OF net SOURCES reader.cc LINK base)\n",
    "README.md": "# Mitome\n\n```\n./run   # first\n```\n",
    "README.ja.md": "# Mitome\n\n```\n./run   # 最初\n```\n",
    "docs/dependencies.md": "`g++`\n",
    "tools/packages/run.txt": "# why\ng++   the compiler, C++20\n",
    "tools/tidy/reveal_callers.txt": "src/crypto/hash.cc the digest needs the bytes\n",
    "src/base/reason.def": 'REASON(GOOD, kGood, "", "Fine.", "良好。", "", "")\n',
    "src/base/bytes.h": "// time(nullptr) in a comment is no call\n",
    "src/base/bytes_test.cc": '#include "testing/fakes.h"\nEXPECT_EQ(Reason::GOOD, r);\n',
    "src/crypto/hash.cc": '#include "base/bytes.h"\n#include <openssl/evp.h>\nauto v = secret.reveal();\n',
    "src/net/clock.cc": "auto now = std::chrono::steady_clock::now();\n",
    "apps/story/story.cc": '#include "base/bytes.h"\n#include "apps/town/client.h"\n',
    "apps/town/client.h": '#include "base/bytes.h"\n',
    "tests/fuzz/corpus/apdu/0a": "/" "home/someone TO" "DO\n",
}

BREAKS = [
    ("includes_follow_the_table", "src/base/bytes.h", '#include "crypto/hash.h"\n'),
    ("includes_follow_the_table", "src/base/bytes.h", '#include "testing/fakes.h"\n'),
    ("includes_follow_the_table", "src/base/bytes.h", '#include "hash.h"\n'),
    ("includes_follow_the_table", "src/stray/x.h", "int x;\n"),
    ("cmake_links_follow_the_table", "CMakeLists.txt", "mitome_layer(base)\nmitome_layer(crypto)\n"),
    ("cmake_links_follow_the_table", "CMakeLists.txt", "mitome_layer(base)\nmitome_part(reader OF net SOURCES x.cc LINK base card)\n"),
    ("third_party_headers_stay_home", "src/base/bytes.h", "#include <openssl/sha.h>\n"),
    ("third_party_headers_stay_home", "apps/story/x.cc", "#include <sqlite3.h>\n"),
    ("the_world_is_handed_in", "src/base/bytes.h", "auto t = time(nullptr);\n"),
    ("the_world_is_handed_in", "src/base/bytes.h", "auto t = std::chrono::steady_clock::now();\n"),
    ("the_world_is_handed_in", "src/base/bytes.h", 'auto t = getenv("X");\n'),
    ("the_world_is_handed_in", "src/base/bytes.h", "std::random_device d;\n"),
    ("the_world_is_handed_in", "src/base/bytes.h", 'std::ifstream in("x");\n'),
    ("nothing_forbidden", "apps/story/x.cc", "try { f(); } catch (...) {}\n"),
    ("nothing_forbidden", "tests/x/x_test.cc", "std::this_thread::sleep_for(1s);\n"),
    ("nothing_forbidden", "src/base/bytes.h", "throw 1;\n"),
    ("no_marks", "docs/x.md", "TO" "DO: later\n"),
    ("no_marks", "src/base/bytes.h", "int x;  // NO" "LINT\n"),
    ("no_machine_paths", "docs/x.md", "see /" "home/someone/x\n"),
    ("real_names_stay_in_the_glossary", "apps/story/x.cc", 'say("hold the i' 'Phone here");\n'),
    ("shared_ptr_has_a_reason", "src/base/bytes.h", "std::shared_ptr<int> p;\n"),
    ("reveal_callers_are_listed", "src/base/bytes.h", "auto v = pin.reveal();\n"),
    ("reveal_callers_are_listed", "src/crypto/hash.cc", "int gone;\n"),
    ("reveal_callers_are_listed", "tools/tidy/reveal_callers.txt", "src/crypto/hash.cc\n"),
    ("story_and_ecosystem_know_only_endpoints", "apps/story/story.cc", '#include "card/chip.h"\n'),
    ("story_and_ecosystem_know_only_endpoints", "apps/town/client.h", '#include "registry/registry.h"\n'),
    ("story_and_ecosystem_know_only_endpoints", "tests/ecosystem/x.cc", '#include "phone/wallet.h"\n'),
    ("readmes_agree", "README.ja.md", "# Mitome\n\n## 余分\n\n```\n./run\n```\n"),
    ("readmes_agree", "README.ja.md", "# Mitome\n\n```\n./walk\n```\n"),
    ("readmes_agree", "docs/guide.ja.md", "# 案内\n"),
    ("pictures_are_there_and_made_by_a_test", "docs/x.md", "![a phone](pictures/none.jpg)\n"),
    ("the_article_is_answered", "docs/article.md", "| A1 | x | `web/none.js` | y |\n"),
    ("the_article_is_answered", "docs/article.md", "| A2 | x | y | `tests/x.mjs: no such test` |\n"),
    ("errors_page_is_fresh", "docs/errors.md", "old\n"),
    ("every_package_has_a_reason", "tools/packages/run.txt", "g++\n"),
    ("every_package_has_a_reason", "tools/packages/run.txt", "gcc   the compiler, C11\n"),
    ("files_are_small_and_well_named", "src/base/bytes.h", "int x;\n" * 701),
    ("files_are_small_and_well_named", "src/base/bytes.h", "// " + "x" * 140 + "\n"),
    ("files_are_small_and_well_named", "src/base/string_utils.h", "int x;\n"),
]


class Tidy(unittest.TestCase):
    def tree(self, changes):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        files = dict(GOOD)
        files.update(changes)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        tools = pathlib.Path(__file__).parent.parent
        shutil.copy(tools / "errors_md", folder / "tools/errors_md")
        if "docs/errors.md" not in changes:
            page = tidy.subprocess.run([sys.executable, str(folder / "tools/errors_md"), str(folder)],
                                       capture_output=True, text=True, check=True).stdout
            (folder / "docs/errors.md").write_text(page, encoding="utf-8")
        return tidy.findings(folder)

    def test_the_good_tree_is_good(self):
        self.assertEqual(self.tree({}), [])

    def test_each_rule_is_named_when_broken(self):
        for rule, path, text in BREAKS:
            with self.subTest(rule=rule, text=text[:60]):
                self.assertEqual({found[0] for found in self.tree({path: text})}, {rule})

    def test_a_reason_without_a_test(self):
        found = self.tree({"src/base/reason.def": GOOD["src/base/reason.def"] +
                           'REASON(ALONE, kRefused, "", "Alone.", "孤立。", "", "")\n'})
        self.assertEqual([f[0] for f in found], ["every_reason_is_tested"])

    def test_every_rule_is_broken_here(self):
        broken = {rule for rule, _, _ in BREAKS} | {"every_reason_is_tested"}
        self.assertEqual(broken, {rule.__name__ for rule in tidy.RULES})


if __name__ == "__main__":
    unittest.main()
