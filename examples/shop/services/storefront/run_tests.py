"""Runs the tests and writes what became of them as reports/junit.xml."""

import pathlib
import sys
import time
import unittest
import xml.etree.ElementTree as ET

REPORT = pathlib.Path("reports/junit.xml")


class JUnitResult(unittest.TextTestResult):
    """Beside what people read, a <testcase> for each test."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.suite = ET.Element("testsuite", name="storefront")
        self._case = None
        self._started = 0.0

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()
        self._case = self._add(test)

    def stopTest(self, test):
        super().stopTest(test)
        self._case.set("time", f"{time.monotonic() - self._started:.3f}")
        self._case = None

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._tell(test, "failure", err, self.failures)

    def addError(self, test, err):
        super().addError(test, err)
        self._tell(test, "error", err, self.errors)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            is_failure = issubclass(err[0], test.failureException)
            self._tell(
                subtest,
                "failure" if is_failure else "error",
                err,
                self.failures if is_failure else self.errors,
            )

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        case = self._add(test) if self._case is None else self._case
        ET.SubElement(case, "skipped", message=reason)

    def _add(self, test):
        module, _, name = test.id().rpartition(".")
        return ET.SubElement(self.suite, "testcase", classname=module, name=name)

    def _tell(self, test, kind, err, recorded):
        case = self._add(test) if self._case is None else self._case
        # A case has one verdict; the subtests after the first are text of it.
        told = case.find(kind)
        if told is None:
            told = ET.SubElement(case, kind, message=f"{err[0].__name__}: {err[1]}")
        told.text = (told.text or "") + recorded[-1][1]


def main():
    tests = unittest.defaultTestLoader.discover(".")
    runner = unittest.TextTestRunner(resultclass=JUnitResult, verbosity=2)
    result = runner.run(tests)
    suite = result.suite
    for name, tag in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")]:
        suite.set(name, str(len(list(suite.iter(tag)))))
    REPORT.parent.mkdir(exist_ok=True)
    ET.indent(suite)
    ET.ElementTree(suite).write(REPORT, encoding="utf-8", xml_declaration=True)
    return 0 if result.wasSuccessful() and result.testsRun > 0 else 1


sys.exit(main())
