"""The peers work with one another on this machine: a failure here is the machine's, not sipctl's."""

import audio
import wire
from peers import Case


class Peers(Case):
    def test_two_baresips_hear_each_other(self):
        alice = self.baresip("alice", self.tone(440))
        alice.says("baresip is ready")
        bob = self.baresip("bob", self.tone(700, level=-18), dial=f"sip:alice@127.0.0.1:{alice.port}", seconds=3)
        self.assertEqual(bob.wait(), 0)
        self.assertEqual(alice.wait(), 0)
        self.assert_hears(bob, 440, -12)
        self.assert_deaf(bob, 700)
        self.assert_hears(alice, 700, -18)
        self.assert_deaf(alice, 440)

    def test_sipp_calls_sipp(self):
        for transport in ("udp", "tcp"):
            with self.subTest(transport):
                called = self.sipp(None, scenario="uas", transport=transport, calls=100, seconds=20)
                self.until_it_listens(called, transport)
                caller = self.sipp(f"127.0.0.1:{called.port}", transport=transport, rate=200, calls=100, seconds=20)
                self.assertEqual(caller.wait(), 0)
                self.assert_clean(caller, 100)
                called.stop()

    def test_espeak_speaks(self):
        samples, rate = audio.parse_wav(self.speech("one two three"))
        self.assertEqual(rate, 22050)
        self.assertGreater(len(audio.trimmed(samples, rate=rate)), rate // 2)

    def test_a_request_by_hand_reaches_sipp(self):
        called = self.sipp(None, scenario="uas", calls=1, seconds=20)
        self.until_it_listens(called, "udp")
        with wire.UDP() as peer:
            uri = f"sip:service@127.0.0.1:{called.port}"
            peer.send(wire.request("INVITE", uri, peer.port, body=wire.sdp(6000)), called.port)
            final = peer.final()
            self.assertEqual(final.status, 200)
            self.assertTrue(final.to_tag)
            self.assertEqual(final.media()[0], "127.0.0.1")



if __name__ == "__main__":
    import unittest
    unittest.main()
