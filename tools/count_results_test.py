#!/usr/bin/env python3
"""What ./test says at its end must follow from what was run: each way to fail is counted once."""
import contextlib
import io
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import count_results  # noqa: E402  (the folder is on the path only now)

GOOD_XML = ('<testsuites><testsuite name="A"><testcase name="a" classname="A" status="run" result="completed"/>'
            '<testcase name="b" classname="A" status="run" result="skipped"><skipped/></testcase></testsuite></testsuites>')
BAD_XML = GOOD_XML.replace('result="completed"/>', 'result="completed"><failure message="x"/></testcase>')


def junit(*cases):
    return "<testsuite>" + "".join(f'<testcase name="{name}" status="{status}"/>' for name, status in cases) + "</testsuite>"


class Count(unittest.TestCase):
    def closing(self, files):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        for name, text in {"scripts.txt": "", **files}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = count_results.main(folder)
        return out.getvalue().splitlines()[-1], code, folder

    def test_good(self):
        line, code, _ = self.closing({"ctest-ci.xml": junit(("m", "run"), ("tidy", "run")), "gtest-ci/m.xml": GOOD_XML,
                                      "scripts.txt": "opensc: 7 passed, 0 failed\n"})
        self.assertEqual((line, code), ("9 passed, 0 failed, 1 skipped", 0))

    def test_a_failed_case(self):
        line, code, _ = self.closing({"ctest-ci.xml": junit(("m", "fail")), "gtest-ci/m.xml": BAD_XML})
        self.assertEqual((line, code), ("0 passed, 1 failed, 1 skipped", 1))

    def test_a_crash_after_good_cases(self):
        line, code, _ = self.closing({"ctest-ci.xml": junit(("m", "fail")), "gtest-ci/m.xml": GOOD_XML})
        self.assertEqual((line, code), ("1 passed, 1 failed, 1 skipped", 1))

    def test_a_crash_before_any_result(self):
        line, code, _ = self.closing({"ctest-ci.xml": junit(("m", "fail"))})
        self.assertEqual((line, code), ("0 passed, 1 failed, 0 skipped", 1))

    def test_a_binary_that_is_not_there(self):
        self.assertEqual(self.closing({"ctest-ci.xml": junit(("m", "notrun"), ("n", "run"))})[:2],
                         ("1 passed, 1 failed, 0 skipped", 1))

    def test_ctest_did_not_finish(self):
        self.assertEqual(self.closing({"ctest-ci.xml": "<testsuite>"})[1], 1)

    def test_a_script_that_failed(self):
        line, code, _ = self.closing({"scripts.txt": "a: 3 passed, 2 failed\nb: 1 passed, 0 failed, 4 skipped\n"})
        self.assertEqual((line, code), ("4 passed, 2 failed, 4 skipped", 1))

    def test_nothing_ran(self):
        self.assertEqual(self.closing({})[1], 1)

    def test_vectors(self):
        folder = self.closing({"last-test-ci.log": "VECTORS skipped=2 unsupported=9\nVECTORS skipped=3 unsupported=0\n"})[2]
        self.assertEqual((folder / "vectors-skipped").read_text(), "5\n")
        self.assertFalse((self.closing({"last-test-ci.log": "nothing\n"})[2] / "vectors-skipped").exists())


if __name__ == "__main__":
    unittest.main()
