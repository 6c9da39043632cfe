"""Phones that talk through `sipctl serve`: each hears the others, never itself."""
import audio
from peers import Case


class Rooms(Case):
    def test_two_phones_hear_each_other(self):
        server = self.serve()
        room = f"sip:room@127.0.0.1:{server.port}"
        alice = self.baresip("alice", self.tone(440), dial=room, seconds=6)
        bob = self.baresip("bob", self.tone(700, level=-18), dial=room, seconds=6)
        self.assertEqual((alice.wait(), bob.wait()), (0, 0))
        self.assert_hears(alice, 700, -18)
        self.assert_hears(bob, 440, -12)
        self.assert_deaf(alice, 440)
        self.assert_deaf(bob, 700)
        self.assertEqual(server.stop(), 0)

    def test_three_phones_never_hear_themselves(self):
        """One of them by TCP, one with A-law."""
        server = self.serve()
        phones = {
            440: self.baresip("alice", self.tone(440), dial=f"sip:trio@127.0.0.1:{server.port}", seconds=8),
            700: self.baresip("bob", self.tone(700), dial=f"sip:trio@127.0.0.1:{server.port};transport=tcp", seconds=8),
            1130: self.baresip("carol", self.tone(1130), dial=f"sip:trio@127.0.0.1:{server.port}", codecs="PCMA/8000/1",
                               seconds=8),
        }
        for phone in phones.values():
            self.assertEqual(phone.wait(), 0)
        for own, phone in phones.items():
            for frequency in phones:
                with self.subTest(phone=phone.name, frequency=frequency):
                    if frequency == own:
                        self.assert_deaf(phone, own)
                    else:
                        self.assert_hears(phone, frequency, -12)

    def test_rooms_are_apart(self):
        server = self.serve()
        alice = self.baresip("alice", self.tone(440), dial=f"sip:one@127.0.0.1:{server.port}", seconds=5)
        bob = self.baresip("bob", self.tone(700), dial=f"sip:two@127.0.0.1:{server.port}", seconds=5)
        self.assertEqual((alice.wait(), bob.wait()), (0, 0))
        for phone in (alice, bob):
            self.assertLess(audio.rms(self.heard(phone)), -60, f"{phone.name} is alone in its room")

    def test_echo_and_tone(self):
        server = self.serve()
        echo = self.baresip("alice", self.tone(700, level=-15), dial=f"sip:echo@127.0.0.1:{server.port}", seconds=5)
        tone = self.baresip("bob", self.tone(700), dial=f"sip:tone@127.0.0.1:{server.port}", seconds=5)
        self.assertEqual((echo.wait(), tone.wait()), (0, 0))
        self.assert_hears(echo, 700, -15)
        heard = self.heard(tone)
        frequency = audio.strongest(heard)
        self.assertAlmostEqual(frequency, 440, delta=2)
        self.assertGreater(audio.sustained(heard, frequency), -25)
        self.assert_deaf(tone, 700)


if __name__ == "__main__":
    import unittest
    unittest.main()
