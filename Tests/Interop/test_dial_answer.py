"""`sipctl dial` and `sipctl answer` as the README shows them."""
import re
import signal
import subprocess

import audio
import wire
from peers import Case, free_ports, wait_for


class DialAndAnswer(Case):
    def answer(self, *arguments, **options):
        port = free_ports()
        child = self.sipctl("answer", "--listen", f"127.0.0.1:{port}", *arguments, **options)
        child.port = port
        self.until_it_answers(child)
        return child

    def named(self, child, name):
        return [event for event in self.events(child) if event["event"] == name]

    def test_espeak_is_heard_back_from_the_echo(self):
        server = self.serve()
        speech = self.speech("one two three")
        dial = self.sipctl("dial", f"sip:echo@127.0.0.1:{server.port}", "--play", "-", "--record", "out.wav", "--json",
                           stdin=subprocess.PIPE)
        dial.process.stdin.write(speech)
        dial.process.stdin.close()
        self.assertEqual(dial.wait(20), 0)
        played, rate = audio.parse_wav(speech)
        recorded, recorded_rate = audio.read_wav(self.folder / "out.wav")
        self.assertEqual(recorded_rate, 8000)
        # The recording may begin between two samples of the original: the best of four phases counts.
        best = max(audio.likeness(audio.trimmed(audio.resample(played, rate, 8000, phase / 4)), recorded)[0]
                   for phase in range(4))
        self.assertGreater(best, 0.9)
        names = [event["event"] for event in self.events(dial)]
        self.assertIn("answered", names)
        self.assertEqual(names[-1], "ended")

    def test_dtmf_arrives_digit_by_digit(self):
        answer = self.answer("--echo", "--json")
        dial = self.sipctl("dial", f"sip:x@127.0.0.1:{answer.port}", "--dtmf", "123#", "--duration", "3s", "--json")
        self.assertEqual(dial.wait(15), 0)
        wait_for(lambda: "ended" in answer.out, 5, "the answering side to see the end")
        self.assertEqual([event["digit"] for event in self.named(answer, "digit")], ["1", "2", "3", "#"])

    def test_dtmf_is_printed_for_people_too(self):
        answer = self.answer("--echo", "--count", "1")
        dial = self.sipctl("dial", f"sip:x@127.0.0.1:{answer.port}", "--dtmf", "9*", "--duration", "2s")
        self.assertEqual(dial.wait(15), 0)
        self.assertEqual(answer.wait(5), 0, "after its one call it leaves in good order")
        self.assertEqual(re.findall(r"^\S+ call \S+ digit (\S) \(\d+ ms\)$", answer.out, re.M), ["9", "*"])

    def test_pipe_on_both_sides(self):
        """dial's child plays a tone and keeps what it hears; answer's child sends everything back."""
        answer = self.answer("--pipe", "cat")
        audio_file = self.folder / "tone.raw"
        samples = audio.tone(700, 3, -12)
        audio_file.write_bytes(b"".join(round(s * 32767).to_bytes(2, "little", signed=True) for s in samples))
        dial = self.sipctl("dial", f"sip:x@127.0.0.1:{answer.port}", "--pipe", "sh -c 'cat tone.raw & cat > heard.raw'",
                           "--duration", "4s")
        self.assertEqual(dial.wait(15), 0)
        heard = audio.from_pcm((self.folder / "heard.raw").read_bytes())
        self.assertGreater(len(heard), 2 * 8000)
        self.assertAlmostEqual(audio.sustained(heard, 700), -12, delta=1.5)

    def test_play_and_record_a_file(self):
        answer = self.answer("--record", "there.wav", "--play", self.tone(440, 2))
        dial = self.sipctl("dial", f"sip:x@127.0.0.1:{answer.port}", "--play", self.tone(700, 2), "--record", "here.wav",
                           "--duration", "3s")
        self.assertEqual(dial.wait(15), 0)
        self.assertTrue(answer.is_running, "without --count it waits for the next call")
        self.assertEqual(answer.stop(signal.SIGINT), 130)
        here, _ = audio.read_wav(self.folder / "here.wav")
        self.assertAlmostEqual(audio.sustained(here, 440), -12, delta=1.5)
        there, _ = audio.read_wav(self.folder / "there.wav")
        self.assertAlmostEqual(audio.sustained(there, 700), -12, delta=1.5)

    def test_a_phone_calls_answer(self):
        answer = self.answer("--echo", "--json")
        phone = self.baresip("alice", self.tone(700), dial=f"sip:x@127.0.0.1:{answer.port}", seconds=4)
        self.assertEqual(phone.wait(), 0)
        self.assert_hears(phone, 700, -12)

    def test_dial_calls_a_phone(self):
        phone = self.baresip("alice", self.tone(440), seconds=6)
        phone.says("baresip is ready")
        dial = self.sipctl("dial", f"sip:alice@127.0.0.1:{phone.port}", "--play", self.tone(700, 3), "--record", "out.wav",
                           "--duration", "3s", "--json")
        self.assertEqual(dial.wait(15), 0)
        self.assertEqual(phone.wait(), 0)
        self.assert_hears(phone, 700, -12)
        samples, _ = audio.read_wav(self.folder / "out.wav")
        self.assertAlmostEqual(audio.sustained(samples, 440), -12, delta=1.5)

    def test_ctrl_c_hangs_up_politely(self):
        """One BYE, the reply awaited, status 130; the other side sees an ordinary end."""
        answer = self.answer("--echo", "--json")
        dial = self.sipctl("dial", f"sip:x@127.0.0.1:{answer.port}", "--silence", "--json")
        wait_for(lambda: self.named(dial, "answered"), 5, "the call to be answered")
        self.assertEqual(dial.stop(signal.SIGINT), 130)
        ended = wait_for(lambda: self.named(answer, "ended"), 5, "the answering side to see the end")
        self.assertEqual(ended[0]["reason"], "remote_hangup")

    def test_ctrl_c_before_the_answer_cancels(self):
        with wire.UDP() as peer:
            dial = self.sipctl("dial", f"sip:x@127.0.0.1:{peer.port}", "--silence", "--json")
            invite = peer.receive()
            self.assertEqual(invite.method, "INVITE")
            peer.send(invite.reply(180, "Ringing", peer.port), invite.source[1])
            wait_for(lambda: self.named(dial, "ringing"), 5, "the call to ring")
            dial.send_signal(signal.SIGINT)
            cancel = peer.receive()
            self.assertEqual(cancel.method, "CANCEL")
            self.assertEqual(cancel.first("Via"), invite.first("Via"))
            peer.send(cancel.reply(200, "OK", peer.port), cancel.source[1])
            peer.send(invite.reply(487, "Request Terminated", peer.port), invite.source[1])
            ack = peer.receive()
            self.assertEqual(ack.method, "ACK")
            self.assertEqual(dial.wait(10), 130)

    def test_a_refusal_is_status_1_and_says_why(self):
        with wire.UDP() as peer:
            dial = self.sipctl("dial", f"sip:x@127.0.0.1:{peer.port}", "--silence")
            invite = peer.receive()
            peer.send(invite.reply(486, "Busy Here", peer.port), invite.source[1])
            self.assertEqual(peer.receive().method, "ACK")
            self.assertEqual(dial.wait(10), 1)
            self.assertIn("busy", dial.err.lower())

    def test_refused_credentials_are_status_4(self):
        with wire.UDP() as peer:
            dial = self.sipctl("dial", f"sip:x@127.0.0.1:{peer.port}", "--silence")
            invite = peer.receive()
            challenge = 'Digest realm="there", nonce="n", qop="auth", algorithm=SHA-256'
            peer.send(invite.reply(401, "Unauthorized", peer.port, headers=[f"WWW-Authenticate: {challenge}"]),
                      invite.source[1])
            self.assertEqual(peer.receive().method, "ACK")
            self.assertEqual(dial.wait(10), 4)


if __name__ == "__main__":
    import unittest
    unittest.main()
