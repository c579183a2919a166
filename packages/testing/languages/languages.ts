import { readFileSync } from 'node:fs';

/** A project as small as one can be that still has two tests of its own tools, none of which fails. */
export interface Language {
  readonly name: string;
  readonly image: string;
  /** Its files but for the Dockerfile. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines for `sh -e` that test it and leave reports. */
  readonly test: string;
  /** Where the reports are. */
  readonly junit: string;
  /** Lines of a Dockerfile that make a program of its sources, in `/out`. */
  readonly build: readonly string[];
  /** How one of its tests fails. */
  readonly failing: FailingTest;
}

/** A change after which a test fails. */
interface FailingTest {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Stands in the line at which it fails. */
  readonly at: string;
}

const runTests = new URL(
  '../../../examples/shop/services/storefront/run_tests.py',
  import.meta.url,
);

const node: Language = {
  name: 'Node',
  image: 'node:24-alpine',
  files: {
    'add.js': 'exports.add = (a, b) => a + b;\n',
    'add.test.js': `const test = require('node:test');
const { add } = require('./add.js');
test('adds', (t) => t.assert.equal(add(1, 2), 3));
test.skip('subtracts', () => {});
`,
  },
  test: 'mkdir -p reports\nnode --test --test-reporter=junit --test-reporter-destination=reports/junit.xml\n',
  junit: 'reports/*.xml',
  build: ['RUN mkdir /out && cp add.js /out'],
  failing: { file: 'add.test.js', from: '(1, 2), 3)', to: '(1, 2), 4)', at: 'add(1, 2)' },
};

const go: Language = {
  name: 'Go',
  image: 'golang:1.26-alpine',
  files: {
    'go.mod': 'module example.com/add\n\ngo 1.26\n',
    'add.go':
      'package main\n\nfunc add(a, b int) int { return a + b }\n\nfunc main() { println(add(1, 2)) }\n',
    'add_test.go': `package main

import "testing"

func TestAdds(t *testing.T) {
	if add(1, 2) != 3 {
		t.Fatal("no")
	}
}

func TestSubtracts(t *testing.T) { t.Skip("not yet") }
`,
  },
  test: 'mkdir -p reports\ngo test -json ./... > reports/go.json\n',
  junit: 'reports/*.json',
  build: ['RUN go build -trimpath -buildvcs=false -o /out/add .'],
  failing: { file: 'add_test.go', from: '!= 3', to: '!= 4', at: 't.Fatal' },
};

const python: Language = {
  name: 'Python',
  image: 'python:3.11-slim',
  files: {
    'add.py': 'def add(a, b):\n    return a + b\n',
    'tests/__init__.py': '',
    'tests/test_add.py': `import unittest
from add import add


class AddTest(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(1, 2), 3)

    @unittest.skip("not yet")
    def test_subtracts(self):
        pass
`,
    'run_tests.py': readFileSync(runTests, 'utf8'),
  },
  test: 'export PYTHONDONTWRITEBYTECODE=1\nmkdir -p reports\npython3 run_tests.py\n',
  junit: 'reports/*.xml',
  build: ['RUN mkdir /out && cp add.py /out'],
  failing: {
    file: 'tests/test_add.py',
    from: 'add(1, 2), 3)',
    to: 'add(1, 2), 4)',
    at: 'assertEqual',
  },
};

const java: Language = {
  name: 'Java',
  image: 'eclipse-temurin:17-jdk',
  files: {
    'src/Add.java': 'class Add {\n  static int add(int a, int b) { return a + b; }\n}\n',
    'src/AddTest.java': `import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class AddTest {
  @Test void adds() { assertEquals(3, Add.add(1, 2)); }

  @Disabled("not yet") @Test void subtracts() {}
}
`,
  },
  test: `javac -cp '/usr/share/java/*' -d classes src/*.java
java -cp '/usr/share/java/*:classes' org.junit.platform.console.ConsoleLauncher \\
  --scan-classpath classes --reports-dir reports --disable-banner --include-engine junit-jupiter
`,
  junit: 'reports/TEST-*.xml',
  build: ['RUN javac -d /out src/Add.java'],
  failing: {
    file: 'src/AddTest.java',
    from: 'assertEquals(3',
    to: 'assertEquals(4',
    at: 'assertEquals(4',
  },
};

const rust: Language = {
  name: 'Rust',
  image: 'rust:1.63-slim',
  files: {
    'Cargo.toml': '[package]\nname = "add"\nversion = "0.1.0"\nedition = "2021"\n',
    'Cargo.lock': 'version = 3\n\n[[package]]\nname = "add"\nversion = "0.1.0"\n',
    'src/lib.rs': `pub fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(super::add(1, 2), 3);
    }

    #[test]
    fn adds_nothing() {
        assert_eq!(super::add(1, 0), 1);
    }
}
`,
  },
  // libtest's own report, which no stable Rust gives without this variable; what a test says is not in it
  test: `mkdir -p reports
export RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=/tmp/target
cargo test --offline --lib -- --nocapture -Z unstable-options --format junit > reports/junit.xml
`,
  junit: 'reports/*.xml',
  build: [
    'RUN cargo build --offline --release && mkdir /out && cp target/release/libadd.rlib /out',
  ],
  failing: {
    file: 'src/lib.rs',
    from: 'add(1, 2), 3)',
    to: 'add(1, 2), 4)',
    at: 'super::add(1, 2)',
  },
};

/** One of each kind: interpreted, compiled, with and without a virtual machine. */
export const languages: readonly Language[] = [node, go, python, java, rust];
