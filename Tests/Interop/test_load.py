"""sipp against `sipctl serve`: every call succeeds and nothing is left behind."""
import os
import unittest

import audio
from peers import Case, wait_for

CALLS = 2000
RATE = 200
# Timers of a finished transaction and the draining of a media port end within this (64·T1 is 32 s).
SETTLING = 45


class Load(Case):
    def test_2000_calls_at_200_a_second_over_udp_and_tcp_leave_nothing_behind(self):
        # A port that a call gave back rests for a while: 200 calls a second need many.
        server = self.serve(media="10000-19999")
        sockets, ports = server.sockets(), server.udp_ports()
        resident, descriptors = [], []
        for transport in ("udp", "tcp"):
            caller = self.sipp(f"127.0.0.1:{server.port}", transport=transport, rate=RATE, calls=CALLS, seconds=40)
            caller.wait(60)
            self.assert_clean(caller, CALLS)
            # Nothing waits for a retransmission; on a busy machine one or the other comes all the same. TCP has none.
            self.assertLessEqual(self.sipp_counts(caller)["Retransmissions"], CALLS // 20 if transport == "udp" else 0)
            wait_for(lambda: server.sockets() <= sockets and server.udp_ports() <= ports, SETTLING,
                     f"the {transport} calls' sockets to be closed, {sockets} sockets and {ports} UDP ports as before")
            resident.append(server.resident_kb())
            descriptors.append(server.descriptors())
        self.assertEqual(len(self.ended(server)), 2 * CALLS)
        # The first 2000 calls size the pools and make what is made once; the second 2000 may not need more.
        self.assertEqual(descriptors[0], descriptors[1])
        self.assertLess(resident[1], resident[0] * 1.1 + 1024, f"resident kB after 2000 and after 4000 calls: {resident}")
        self.assertEqual(server.stop(), 0)

    def ended(self, server):
        return [event for event in self.events(server) if event["event"] == "ended"]

    def test_dial_calls_sipp(self):
        for transport in ("udp", "tcp"):
            with self.subTest(transport):
                called = self.sipp(None, scenario="uas", transport=transport, calls=1, seconds=30)
                self.until_it_listens(called, transport)
                dial = self.sipctl("dial", f"sip:service@127.0.0.1:{called.port};transport={transport}", "--duration", "1s",
                                   "--silence", "--json")
                self.assertEqual(dial.wait(15), 0)
                self.assert_clean(called, 1)
                names = [event["event"] for event in self.events(dial)]
                self.assertIn("answered", names)
                self.assertEqual(names[-1], "ended")

    @unittest.skipUnless(os.geteuid() == 0, "sipp sends captured packets through a raw socket, which needs root")
    def test_uac_pcap_is_recorded_and_its_digit_counted_once(self):
        self.media_files()
        recordings = self.folder / "recordings"
        recordings.mkdir()
        server = self.serve("--record", recordings)
        caller = self.sipp(f"127.0.0.1:{server.port}", scenario="uac_pcap", calls=1, seconds=30)
        caller.wait(30)
        self.assert_clean(caller, 1)
        wait_for(lambda: "ended" in server.out, 5, "the server to report the end of the call")
        digits = [event for event in self.events(server) if event["event"] == "digit"]
        self.assertEqual([event["digit"] for event in digits], ["1"])
        self.assertEqual(server.stop(), 0)
        files = sorted(recordings.glob("*.wav"))
        self.assertEqual(len(files), 1)
        samples, rate = audio.read_wav(files[0])
        self.assertEqual(rate, 8000)
        self.assertGreater(len(samples), 8 * rate)
        # The capture holds seven seconds of speech.
        self.assertGreater(len(audio.trimmed(samples)), 5 * rate)


if __name__ == "__main__":
    unittest.main()
