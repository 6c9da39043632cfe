"""What goes wrong around a call ends in one sentence and the documented status, and the other calls go on."""
import os
import pathlib
import signal
import socket
import subprocess
import time
import unittest

import audio
import wire
from peers import Case, free_ports, wait_for


class BadInput(Case):
    def assert_one_sentence(self, child, *words):
        """One line on standard error that names the command and says these words; no trace of the inside."""
        lines = [line for line in child.err.splitlines() if line.startswith("sipctl: ")]
        self.assertEqual(len(lines), 1, child.err)
        for word in words:
            self.assertIn(str(word), lines[0])
        self.assertNotRegex(child.err, r"Fatal error|\.swift:\d|0x[0-9a-f]{8}")

    # Ports

    def test_a_taken_port(self):
        for kind, command in ((socket.SOCK_DGRAM, "serve"), (socket.SOCK_STREAM, "answer")):
            with self.subTest(command), socket.socket(socket.AF_INET, kind) as other:
                port = free_ports()
                other.bind(("127.0.0.1", port))
                if kind == socket.SOCK_STREAM:
                    other.listen()
                child = self.sipctl(command, "--listen", f"127.0.0.1:{port}")
                self.assertEqual(child.wait(10), 5)
                self.assert_one_sentence(child, f"127.0.0.1:{port}")

    def test_an_address_that_is_not_ours(self):
        child = self.sipctl("serve", "--listen", "192.0.2.55:5060")
        self.assertEqual(child.wait(10), 5)
        self.assert_one_sentence(child, "192.0.2.55")

    # Files

    def test_a_wav_that_cannot_be_read(self):
        (self.folder / "empty.wav").write_bytes(b"")
        (self.folder / "text.wav").write_text("this is no sound\n" * 10)
        (self.folder / "cut.wav").write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt ")
        for name, what in (("none.wav", "read"), ("empty.wav", "play"), ("text.wav", "play"), ("cut.wav", "play"), (".", "read")):
            with self.subTest(name):
                child = self.sipctl("dial", f"sip:x@127.0.0.1:{free_ports()}", "--play", name)
                self.assertEqual(child.wait(10), 5)
                self.assert_one_sentence(child, f"cannot {what} {name}: ")

    def test_a_wav_that_cannot_be_written(self):
        for name in ("nowhere/out.wav", ".", "/proc/out.wav"):
            with self.subTest(name):
                child = self.sipctl("dial", f"sip:x@127.0.0.1:{free_ports()}", "--silence", "--record", name)
                self.assertEqual(child.wait(10), 5)
                self.assert_one_sentence(child, f"cannot record to {name}: ")

    @unittest.skipUnless(os.path.exists("/dev/full"), "this system has no /dev/full")
    def test_a_full_disk_while_recording(self):
        """The caller that records is told; a call beside it goes on."""
        server = self.serve()
        other = self.baresip("alice", self.tone(700), dial=f"sip:echo@127.0.0.1:{server.port}", seconds=6)
        dial = self.sipctl("dial", f"sip:tone@127.0.0.1:{server.port}", "--record", "/dev/full", "--duration", "3s")
        self.assertEqual(dial.wait(15), 5)
        self.assert_one_sentence(dial, "/dev/full")
        self.assertEqual(other.wait(), 0)
        self.assert_hears(other, 700, -12)

    @unittest.skipUnless(os.geteuid() == 0, "mounting a small file system needs root")
    def test_a_disk_that_fills_up_while_the_server_records(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=False)
        server = self.serve("--record", disk)
        first = self.baresip("alice", self.tone(700), dial=f"sip:echo@127.0.0.1:{server.port}", seconds=8)
        second = self.baresip("bob", self.tone(440), dial=f"sip:echo@127.0.0.1:{server.port}", seconds=8)
        self.assertEqual((first.wait(), second.wait()), (0, 0))
        # 64 kB are four seconds of one call; both calls were heard to their end all the same.
        self.assert_hears(first, 700, -12)
        self.assertGreater(len(audio.trimmed(self.heard(first))), 6 * 8000)
        self.assert_hears(second, 440, -12)
        self.assertTrue(server.is_running)
        self.assertIn("space", (server.err + server.out).lower())
        self.assertEqual(server.stop(), 0)

    # Children

    def test_a_child_that_dies(self):
        for command, status in (("false", 5), ("/nowhere/program", 5), ("sh -c 'sleep 0.5; kill -9 $$'", 5)):
            with self.subTest(command):
                answer = self.sipctl_answer()
                child = self.sipctl("dial", f"sip:x@127.0.0.1:{answer.port}", "--pipe", command, "--duration", "5s")
                self.assertEqual(child.wait(10), status)
                self.assert_one_sentence(child, command.split()[0].split("/")[-1])
                answer.stop()

    def sipctl_answer(self, *arguments):
        port = free_ports()
        child = self.sipctl("answer", "--listen", f"127.0.0.1:{port}", "--echo", "--json", *arguments)
        child.port = port
        self.until_it_answers(child)
        return child

    # Peers

    def test_a_peer_that_is_not_there(self):
        child = self.sipctl("dial", f"sip:x@127.0.0.1:{free_ports()};transport=tcp", "--silence")
        self.assertEqual(child.wait(10), 3)
        self.assert_one_sentence(child, "127.0.0.1")

    def test_a_peer_that_never_answers(self):
        """Timer B is 32 s, and --timeout is how long a person wants to wait."""
        with wire.UDP() as peer:
            child = self.sipctl("dial", f"sip:x@127.0.0.1:{peer.port}", "--silence", "--timeout", "2s")
            self.assertEqual(peer.receive().method, "INVITE")
            self.assertEqual(child.wait(10), 3)
            self.assert_one_sentence(child, "127.0.0.1")

    def test_a_peer_that_rings_for_ever(self):
        with wire.UDP() as peer:
            child = self.sipctl("dial", f"sip:x@127.0.0.1:{peer.port}", "--silence", "--timeout", "2s")
            invite = peer.receive()
            peer.send(invite.reply(180, "Ringing", peer.port), invite.source[1])
            cancel = peer.receive(8)
            self.assertEqual(cancel.method, "CANCEL")
            peer.send(cancel.reply(200, "OK", peer.port), cancel.source[1])
            peer.send(invite.reply(487, "Request Terminated", peer.port), invite.source[1])
            self.assertEqual(child.wait(10), 3)
            self.assert_one_sentence(child)

    def test_a_peer_that_answers_garbage(self):
        with wire.UDP() as peer:
            child = self.sipctl("dial", f"sip:x@127.0.0.1:{peer.port}", "--silence", "--timeout", "3s")
            invite = peer.receive()
            for garbage in (b"\x00" * 100, b"SIP/2.0 200\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"SIP/2.0 999 Odd\r\n\r\n",
                            invite.data, invite.reply(200, "OK", peer.port)[:120], b"\xff" * 2000):
                peer.send(garbage, invite.source[1])
            self.assertEqual(child.wait(10), 3)
            self.assert_one_sentence(child)

    def test_a_peer_whose_answer_cannot_be_used(self):
        """200 with nonsense for a description: acknowledged, and ended by BYE (RFC 3261 §13.2.2.4)."""
        with wire.UDP() as peer:
            child = self.sipctl("dial", f"sip:x@127.0.0.1:{peer.port}", "--silence")
            invite = peer.receive()
            peer.send(invite.reply(200, "OK", peer.port, body=b"v=0\r\nnonsense\r\n"), invite.source[1])
            methods = [peer.receive().method, peer.receive().method]
            self.assertEqual(methods, ["ACK", "BYE"])
            self.assertEqual(child.wait(40), 1)
            self.assert_one_sentence(child)

    def test_rtp_from_elsewhere_is_not_heard(self):
        """The call latches on its peer; a stranger who sends to the same port is left out."""
        with wire.UDP() as peer, wire.UDP() as media, wire.UDP() as stranger:
            child = self.sipctl("dial", f"sip:x@127.0.0.1:{peer.port}", "--silence", "--record", "out.wav", "--duration", "3s")
            invite = peer.receive()
            _, port = invite.media()
            peer.send(invite.reply(200, "OK", peer.port, body=wire.sdp(media.port)), invite.source[1])
            self.assertEqual(peer.receive().method, "ACK")
            ours, theirs = wire.mu_law(audio.tone(440, 4, -12)), wire.mu_law(audio.tone(1000, 4, -6))
            start = time.monotonic()
            for i in range(125):
                media.send(wire.rtp(0, i, i * 160, 1, ours[i * 160:i * 160 + 160]), port)
                if i >= 25:
                    stranger.send(wire.rtp(0, i + 5, i * 160, 1, theirs[i * 160:i * 160 + 160]), port)
                    stranger.send(wire.rtp(0, i + 900, i * 160, 2, theirs[i * 160:i * 160 + 160]), port)
                time.sleep(max(0.0, start + (i + 1) * 0.02 - time.monotonic()))
            bye = wait_for(lambda: (m := peer.receive(0.5)) and m.method == "BYE" and m, 5, "the BYE")
            peer.send(bye.reply(200, "OK", peer.port), bye.source[1])
            self.assertEqual(child.wait(10), 0)
        samples, _ = audio.read_wav(self.folder / "out.wav")
        self.assertAlmostEqual(audio.sustained(samples, 440), -12, delta=1.5)
        self.assertLess(audio.sustained(samples, 1000), -50)

    # The command line

    def test_an_unknown_flag_names_the_right_one(self):
        child = self.sipctl("dial", "sip:x@127.0.0.1", "--recrod", "out.wav")
        self.assertEqual(child.wait(5), 2)
        self.assertIn("--record", child.err)

    def test_a_closed_pipe_is_quiet(self):
        message = (pathlib.Path(__file__).parent.parent / "Fixtures/rfc4475/lwsdisp.dat").read_bytes()
        reader, writer = os.pipe()
        os.close(reader)
        process = subprocess.run([self.program(), "parse"], input=message * 200, stdout=writer, stderr=subprocess.PIPE,
                                 timeout=10, preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
        os.close(writer)
        self.assertEqual((process.returncode, process.stderr), (0, b""))

    @staticmethod
    def program():
        import peers
        return peers.SIPCTL


if __name__ == "__main__":
    unittest.main()
