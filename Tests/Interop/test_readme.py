"""The README's examples work as typed."""
import pathlib
import re
import socket
import unittest

from peers import ROOT, SIPCTL, Case


class Readme(Case):
    def examples(self):
        text = (ROOT / "README.md").read_text()
        section = text.split("\n## Ten examples\n")[1].split("\n## ")[0]
        blocks = re.findall(r"^ *```\n(.*?)^ *```", section, re.M | re.S)
        return [block.strip() for block in blocks]

    def shell(self, name, command):
        path = f"{pathlib.Path(SIPCTL).parent}:/usr/bin:/bin"
        return self.start(name, "sh", "-c", command, env={"PATH": path})

    @staticmethod
    def is_free(port):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    return False
        return True

    def test_ten_examples(self):
        for port in (5060, 5090):
            if not self.is_free(port):
                self.skipTest(f"port {port} is taken: the examples are as they are typed")
        examples = self.examples()
        self.assertEqual(len(examples), 10)
        (self.folder / "Tests").symlink_to(ROOT / "Tests")
        (self.folder / "recordings").mkdir()
        server = self.sipctl("serve", "--json")
        server.port = 5060
        self.until_it_answers(server)
        for number, command in enumerate(examples, 1):
            with self.subTest(command):
                if command.startswith("baresip"):
                    continue  # wants a terminal and a sound card; test_rooms has the phones
                if command.startswith("sipctl serve"):
                    self.assertEqual(server.stop(), 0)
                    server = self.shell("serve", f"exec {command}")
                    server.port = 5060
                    self.until_it_answers(server)
                elif command.startswith("sipctl answer"):
                    answer = self.shell("answer", f"exec {command}")
                    answer.port = 5090
                    self.until_it_answers(answer)
                else:
                    child = self.shell(f"example-{number}", command)
                    self.assertEqual(child.wait(30), 1 if "badinv01" in command else 0)
        for written in ("out.wav", "tone.wav", "heard.raw"):
            self.assertGreater((self.folder / written).stat().st_size, 8000, written)
        self.assertEqual(re.findall(r"^\S+ call \S+ digit (\S) \(\d+ ms\)$", answer.out, re.M), list("123#"))


if __name__ == "__main__":
    unittest.main()
