"""`sipctl parse` and `sipctl build` on real messages."""
import json
import subprocess
import unittest

from peers import FIXTURES, SIPCTL


def run(*arguments, stdin=b""):
    return subprocess.run([SIPCTL, *arguments], input=stdin, capture_output=True, timeout=30)


class Messages(unittest.TestCase):
    def test_a_valid_message_is_one_line_and_status_0(self):
        result = run("parse", stdin=(FIXTURES / "rfc4475/lwsdisp.dat").read_bytes())
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows[0]["method"], "OPTIONS")

    def test_an_invalid_message_is_status_1_and_says_where(self):
        data = (FIXTURES / "rfc4475/badinv01.dat").read_bytes()
        result = run("parse", stdin=data)
        self.assertEqual(result.returncode, 1)
        row = json.loads(result.stdout.splitlines()[0])
        self.assertTrue(row["faults"])
        for fault in row["faults"]:
            self.assertLessEqual(0, fault["offset"])
            self.assertLessEqual(fault["offset"], len(data))

    def test_what_is_built_is_canonical_and_parses_to_the_same(self):
        for name in ("wsinv.dat", "lwsdisp.dat", "semiuri.dat", "transports.dat", "mpart01.dat", "longreq.dat"):
            with self.subTest(name):
                first = run("parse", stdin=(FIXTURES / "rfc4475" / name).read_bytes())
                self.assertEqual(first.returncode, 0, first.stderr)
                built = run("build", stdin=first.stdout)
                self.assertEqual((built.returncode, built.stderr), (0, b""))
                second = run("build", stdin=run("parse", stdin=built.stdout).stdout)
                self.assertEqual(second.stdout, built.stdout, "building what was built changes nothing")
                head = built.stdout.split(b"\r\n\r\n")[0]
                self.assertNotIn(b"\r\n ", head)
                self.assertIn(b"\r\nContent-Length: ", head)
                self.assertNotIn(b"\r\nv:", head.lower().replace(b"\r\nvia:", b""))

    def test_no_file_of_the_corpus_is_too_much(self):
        """Every fault has an offset inside the message, and the status says whether there was one."""
        for folder in ("rfc4475", "rfc5118", "rfc6216"):
            for path in sorted((FIXTURES / folder).glob("*.dat")):
                with self.subTest(path.name):
                    result = run("parse", stdin=path.read_bytes())
                    self.assertIn(result.returncode, (0, 1), result.stderr)
                    rows = [json.loads(line) for line in result.stdout.splitlines()]
                    self.assertEqual(result.returncode, int(any(row.get("faults") for row in rows)))


if __name__ == "__main__":
    unittest.main()
