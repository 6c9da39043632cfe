"""Two servers of one state directory: the new one takes over while calls run and others come, and no call is lost."""
import pathlib
import signal
import unittest
import urllib.request

import audio
import peers
import wire


class Upgrade(peers.Case):
    def servers(self, *arguments):
        """What starts servers that differ in nothing."""
        port, media = peers.free_ports(), self.media_ports(1600)

        def start(*more):
            server = self.sipctl("serve", "--listen", f"127.0.0.1:{port}", "--rtp-ports", media, *arguments, *more)
            server.port = port
            server.says("sipctl serves")
            return server
        return start

    def ask(self, *command):
        """What a command prints, as JSON Lines, and its exit status."""
        child = self.sipctl(*command, "--json")
        status = child.wait()
        return status, self.events(child)

    def until_there_are(self, count):
        peers.wait_for(lambda: len(self.ask("call", "list")[1]) >= count, 10, f"{count} calls")

    def sipp_calls(self, server, count, rate, length, *more, transport="un", **options):
        # A socket or a connection a call, so that the kernel spreads the calls over both servers.
        return self.sipp(f"127.0.0.1:{server.port}", "-s", "echo", "-d", length, *more, "-t", transport, "-max_socket", "2000",
                         rate=rate, calls=count, **options)

    def assert_smooth(self, child, count):
        child.wait(60)
        self.assert_clean(child, count)
        # Nothing waits for a retransmission; on a busy machine one or the other comes all the same.
        self.assertLessEqual(self.sipp_counts(child)["Retransmissions"], count // 20)

    def test_no_call_is_lost(self):
        start = self.servers()
        old = start()
        # Calls of the old server that go on when it drains: by sipp, and one that is listened to.
        long = self.sipp_calls(old, 20, 40, 9000)
        heard = self.folder / "heard.wav"
        dial = self.sipctl("dial", f"sip:echo@127.0.0.1:{old.port}", "--tone", "440", "--duration", "9s",
                           "--record", heard, "--json")
        dial.says('"answered"')
        stream = self.sipp_calls(old, 400, 50, 200)
        self.until_there_are(22)
        new = start()
        new.says("another server runs here")
        status, calls = self.ask("call", "list")
        self.assertEqual(status, 0)
        self.assertGreaterEqual(len(calls), 21)
        self.assertEqual({self.ask("call", "show", call["id"])[0] for call in calls if call["from"].startswith("sip:sipctl")}, {0})
        old.send_signal(signal.SIGTERM)
        old.says("draining")
        # A call of the living server is not taken for one that a crash has cut.
        records = self.ask("cdr", "list", "--limit", "1000")[1]
        self.assertFalse([record for record in records if record["reason"] == "crashed"])
        self.assert_smooth(stream, 400)
        self.assert_smooth(long, 20)
        self.assertEqual(dial.wait(), 0)
        self.assertEqual(old.wait(), 0)
        samples, _ = audio.read_wav(heard)
        self.assertGreater(len(samples), 8 * audio.RATE)
        middle = audio.levels(samples, 440)[4:-4]
        self.assertGreater(min(middle), max(middle) - 3, "the audio has no gap")
        self.assertEqual(len(list((self.folder / "state").glob("*.sock"))), 3)
        self.assertEqual(self.ask("drain", "--wait")[0], 0)
        self.assertEqual(new.wait(), 0)
        self.assertEqual(list((self.folder / "state").glob("*.sock")), [])

    def test_calls_over_tcp_are_not_lost(self):
        start = self.servers()
        old = start()
        before = self.sipp_calls(old, 120, 20, 500, transport="tn")
        self.until_there_are(5)
        new = start("--replace")
        old.says("draining")
        after = self.sipp_calls(old, 60, 20, 500, transport="t1")
        self.assert_smooth(before, 120)
        self.assert_smooth(after, 60)
        self.assertEqual(old.wait(), 0)
        self.assertEqual(new.stop(), 0)

    def test_the_old_server_hangs_up_its_calls_at_the_deadline(self):
        start = self.servers()
        old = start()
        called = self.sipp_calls(old, 10, 50, 60000, scenario=self.hung_up())
        self.until_there_are(10)
        new = start()
        status, rows = self.ask("drain", "--deadline", "1s", "--wait")
        self.assertEqual((status, rows[0]["calls"]), (1, 10))
        self.assertEqual(old.wait(), 1)
        self.assert_clean(called, 10)
        self.assertEqual(new.stop(), 0)

    def test_the_cut_calls_of_every_server_are_counted(self):
        start = self.servers()
        old = start()
        first = self.sipp_calls(old, 5, 50, 60000, scenario=self.hung_up())
        self.until_there_are(5)
        new = start()
        self.assertEqual(self.ask("drain", "--pid", str(old.pid))[0], 0)
        second = self.sipp_calls(old, 5, 50, 60000, scenario=self.hung_up())
        self.until_there_are(10)
        drain = self.sipctl("drain", "--all", "--deadline", "1s", "--wait")
        self.assertEqual(drain.wait(), 1)
        self.assertIn("10 calls were cut at the deadline", drain.err)
        self.assertEqual((old.wait(), new.wait()), (1, 1))
        for calls in first, second:
            self.assert_clean(calls, 5)

    def hung_up(self):
        """A caller that waits for the BYE of the server."""
        path = self.folder / "hung-up.xml"
        path.write_text("""<?xml version="1.0" encoding="UTF-8"?>
<scenario name="hung up">
<send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]t[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=user1 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
]]></send>
<recv response="100" optional="true"/><recv response="180" optional="true"/>
<recv response="200" rrs="true"/>
<send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]t[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv request="BYE"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
""")
        return pathlib.Path(path.name)

    def test_probes_reach_the_new_server(self):
        health = peers.free_ports()
        config = self.folder / "sipctl.yaml"
        config.write_text(f"health_port: {health}\nmedia_timeout: 0s\n")
        start = self.servers("--config", config)

        def probe():
            with urllib.request.urlopen(f"http://127.0.0.1:{health}/readyz", timeout=5) as answer:
                return answer.status
        old = start()
        new = start()
        with wire.UDP():
            self.assertEqual({probe() for _ in range(20)}, {200})
            old.send_signal(signal.SIGTERM)
            self.assertEqual(old.wait(), 0)
            self.assertEqual({probe() for _ in range(20)}, {200})
        stranger = self.sipctl("serve", "--listen", f"127.0.0.1:{old.port}", env={"SIPCTL_HOME": str(self.folder / "other")})
        self.assertEqual(stranger.wait(), 5, "a port that another state directory's server has is not shared")
        self.assertIn("address already in use", stranger.err)
        self.assertEqual(new.stop(), 0)

    def test_the_new_server_is_given_up_and_the_old_one_stays(self):
        start = self.servers()
        old, new = start(), start()
        status, _ = self.ask("drain", "--pid", str(new.pid), "--wait")
        self.assertEqual((status, new.wait()), (0, 0))
        self.assertTrue(old.is_running)
        # The common name of the control socket is the old one's again.
        peers.wait_for(lambda: self.ask("trunk", "list")[0] == 0, 5, "the old server to answer")
        new = start()
        new.kill()
        new.wait()
        peers.wait_for(lambda: self.ask("call", "list")[0] == 0, 5, "the old server to answer")
        stream = self.sipp_calls(old, 20, 20, 200)
        self.assert_smooth(stream, 20)
        self.assertEqual(old.stop(), 0)


if __name__ == "__main__":
    unittest.main()
