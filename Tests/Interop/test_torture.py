"""RFC 4475 and RFC 5118 messages over real sockets: the reply each one gets from `sipctl serve`.

The server is a user agent and no registrar (REGISTER: 405), so of the outcomes that the RFC leaves open these are ours. The
prose beside each message is in Tests/Fixtures/*/expect.json; a test here keeps the two lists the same length.
"""
import json
import re
import select
import signal
import time

import wire
from peers import FIXTURES, Case

# What is answered over UDP and, when it differs, over TCP. SILENCE: no reply at all, and over TCP the end.
# A framing that cannot be trusted ends a TCP connection (RFC 3261 §18.3): CLOSED. Where a 400 goes before that, the end of a
# connection on which more arrives may overtake it, and so either is seen.
CLOSED = "closed"
SILENCE = None
RFC4475 = {
    "badaspec.dat": 400,
    "badbranch.dat": 200,
    "baddate.dat": 200,
    "baddn.dat": (400, CLOSED),  # the file lacks its empty line
    "badinv01.dat": 400,
    "badvers.dat": 505,
    "bcast.dat": SILENCE,
    "bext01.dat": 420,
    "bigcode.dat": SILENCE,
    "clerr.dat": (400, CLOSED),
    "cparam01.dat": 405,
    "cparam02.dat": 405,
    "dblreq.dat": 405,
    "esc01.dat": 200,
    "esc02.dat": 501,
    "escnull.dat": 405,
    "escruri.dat": 400,
    "insuf.dat": 400,
    "intmeth.dat": 501,
    "inv2543.dat": 200,
    "invut.dat": 415,
    "longreq.dat": 200,
    "ltgtruri.dat": 400,
    "lwsdisp.dat": 200,
    "lwsruri.dat": 400,
    "lwsstart.dat": 400,
    "mcl01.dat": (400, {400, CLOSED}),
    "mismatch01.dat": 400,
    "mismatch02.dat": 400,
    "mpart01.dat": 405,
    "multi01.dat": 400,
    "ncl.dat": (400, {400, CLOSED}),
    "noreason.dat": SILENCE,
    "novelsc.dat": 416,
    "quotbal.dat": 400,
    "regaut01.dat": 405,
    "regbadct.dat": 400,
    "regescrt.dat": 405,
    "scalar02.dat": 400,
    "scalarlg.dat": SILENCE,
    "sdp01.dat": 406,
    "semiuri.dat": 200,
    "test.dat": SILENCE,
    "transports.dat": 200,
    "trws.dat": 400,
    "unkscm.dat": 416,
    "unksm2.dat": 405,
    "unreason.dat": SILENCE,
    "wsinv.dat": 481,  # its To has a tag, and the dialog is not ours (RFC 3261 §12.2.2)
    "zeromf.dat": 200,
}
RFC5118 = {
    "ipv4-mapped-ipv6.dat": 488,
    "ipv6-bad.dat": 400,
    "ipv6-bug-abnf-3-colons.dat": 200,
    "ipv6-correct-abnf-2-colons.dat": 200,
    "ipv6-good.dat": 405,
    "ipv6-in-sdp.dat": 488,
    "mult-ip-in-header.dat": 481,
    "mult-ip-in-sdp.dat": 200,
    "port-ambiguous.dat": 405,
    "port-unambiguous.dat": 405,
    "via-received-param-no-delim.dat": 200,
    "via-received-param-with-delim.dat": 481,
}

# The replies go to the port of the topmost Via, 5060 by default, at the address the request came from (RFC 3261 §18.2.2).
# Bound on another loopback address than the server's, so that no reply reaches the server itself.
TESTER = "127.0.0.2"


def via_port(data):
    """The port that the topmost Via names: mpart01 (5070) and quotbal (5050) among others."""
    head = re.sub(rb"\r\n[ \t]+", b" ", data)
    via = re.search(rb"^(?:via|v)\s*:\s*SIP\s*/\s*[\d.]+\s*/\s*\w+\s+(\[[^\]]*\]|[^:;,\s]+)\s*(?::\s*(\d+))?", head, re.I | re.M)
    return int(via.group(2)) if via and via.group(2) else 5060


class Torture(Case):
    def rows(self):
        for folder, table in (("rfc4475", RFC4475), ("rfc5118", RFC5118)):
            listed = json.loads((FIXTURES / folder / "expect.json").read_text())["messages"]
            self.assertEqual(sorted(row["file"] for row in listed), sorted(table), folder)
            for row in listed:
                yield row, (FIXTURES / folder / row["file"]).read_bytes(), table[row["file"]]

    def assert_lives(self, server):
        with wire.UDP() as probe:
            probe.send(wire.request("OPTIONS", f"sip:ping@127.0.0.1:{server.port}", probe.port), server.port)
            reply = probe.final()
            self.assertIsNotNone(reply, "the server does not answer OPTIONS any more")
            self.assertEqual(reply.status, 200)

    def test_every_message_over_udp(self):
        server = self.serve()
        sockets = {}
        try:
            for row, data, expected in self.rows():
                expected = expected[0] if isinstance(expected, tuple) else expected
                port = via_port(data)
                if port not in sockets:
                    sockets[port] = wire.UDP(port, TESTER)
                sockets[port].send(data, server.port)
                replies = self.finals(list(sockets.values()), data, 0.2 if expected is SILENCE else 2.0)
                with self.subTest(row["file"], expect=row["expect"]):
                    statuses = {reply.status for reply in replies}
                    self.assertEqual(statuses, set() if expected is SILENCE else {expected})
                    self.check_more(row["file"], replies)
            self.assert_lives(server)
        finally:
            for each in sockets.values():
                each.socket.close()
        self.assert_ends(server)

    def assert_ends(self, server):
        """Its calls were made by messages that nobody stands behind: their BYEs stay unanswered, so it gives up after 5 s."""
        # SIGTERM would let the calls that the messages made end by themselves.
        self.assertIn(server.stop(signal.SIGINT, seconds=8), (0, 130))

    def check_more(self, file, replies):
        for reply in replies:
            if reply.status == 405:
                self.assertIn("INVITE", reply.first("Allow"))
            if file == "bext01.dat":
                unsupported = ",".join(reply.all("Unsupported")).replace(" ", "").lower()
                self.assertEqual(unsupported, "nothingsupportsthis,nothingsupportsthiseither")
            if file == "invut.dat":
                self.assertIn("application/sdp", reply.first("Accept"))
            if file == "sdp01.dat":
                self.assertEqual(reply.body, b"")
            if reply.status == 200 and "INVITE" in reply.first("CSeq"):
                reply.media()

    @staticmethod
    def finals(sockets, request, seconds):
        """The final responses to this message: the first one ends the wait, and what follows at once is taken too.

        A 200 to an INVITE is repeated until its ACK comes, so the Call-ID tells which message a response belongs to.
        """
        ids = set(wire.Message(request).all("Call-ID")) or {""}
        found, end = [], time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([each.socket for each in sockets], [], [], left)
            for one in ready:
                message = wire.Message(*one.recvfrom(65535))
                if message.status >= 200 and message.first("Call-ID") in ids:
                    found.append(message)
                    end = min(end, time.monotonic() + 0.05)
        return found

    def test_every_message_over_tcp(self):
        self.over_tcp(lambda connection, data: connection.send(data))

    def test_every_message_over_tcp_byte_by_byte(self):
        """The framer may not depend on where the segments end."""
        def send(connection, data):
            for i in range(len(data)):
                connection.send(data[i:i + 1])
        self.over_tcp(send)

    def over_tcp(self, send):
        # With one worker the replies come in the order of the requests.
        server = self.serve("--workers", "1")
        for row, data, expected in self.rows():
            expected = expected[1] if isinstance(expected, tuple) else expected
            with self.subTest(row["file"], expect=row["expect"]), wire.TCP(server.port) as connection:
                send(connection, data)
                outcomes = {CLOSED} if expected is SILENCE else expected if isinstance(expected, set) else {expected}
                if CLOSED in outcomes:
                    # When nothing more can come, the half-closed connection ends the wait.
                    connection.half_close()
                reply = connection.final(2.0)
                outcome = reply.status if reply else CLOSED if connection.is_closed else None
                self.assertIn(outcome, outcomes)
                if row["file"] == "dblreq.dat":
                    # On a stream it is a REGISTER, an INVITE, and five octets that are nothing and end the connection.
                    second = connection.final(2.0)
                    self.assertIsNotNone(second, "the second message is answered too")
                    self.assertIn("INVITE", second.first("CSeq"))
        self.assert_lives(server)
        self.assert_ends(server)

    def test_noise_is_not_answered(self):
        """What is no SIP costs a counter and no reply."""
        server = self.serve()
        with wire.UDP() as peer:
            for noise in (b"\r\n\r\n", b"\x00" * 4, b"\x00", b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)), b"\xff" * 1400,
                          b"SIP/2.0 200 OK\r\n\r\n", b"jaK", b"REGISTER", b"\x80\x00" + bytes(170)):
                peer.send(noise, server.port)
                self.assertIsNone(peer.datagram(0.2), noise[:20])
        self.assert_lives(server)

    def test_a_reply_to_a_fault_is_hardly_larger_than_the_request(self):
        """The source of a datagram may be forged: what is malformed gets at most 128 bytes more than it has."""
        server = self.serve()
        with wire.UDP() as peer:
            via = f"Via: SIP/2.0/UDP 127.0.0.1:{peer.port};branch=z9hG4bK1\r\n"
            for method in ("OPTIONS", "INVITE", "X"):
                request = f"{method} sip:x@127.0.0.1 SIP/2.0\r\n{via}CSeq: 1 {method}\r\n\r\n".encode()
                with self.subTest(method):
                    peer.send(request, server.port)
                    reply = peer.receive(2)
                    self.assertIsNotNone(reply)
                    self.assertEqual(reply.status, 400)
                    self.assertLessEqual(len(reply.data), len(request) + 128)
        self.assert_lives(server)


if __name__ == "__main__":
    import unittest
    unittest.main()
