"""Callers who ring until somebody is in the room, as with LiveKit: local_rooms.answer is accompanied."""
import json
import signal

from caller import Caller
from peers import Case, free_ports, wait_for

NUMBER = "+15550100"


class Ringing(Case):
    def bridge(self, *rule, trunk=(), config=""):
        (self.folder / "c.yaml").write_text("local_rooms: {answer: accompanied}\n" + config)
        server = self.serve("--config", "c.yaml")
        self.run_sipctl("trunk", "create", "inbound", "--name", "t", "--numbers", NUMBER, "--allowed-addresses",
                        "127.0.0.1", *trunk)
        self.run_sipctl("dispatch-rule", "create", "--name", "r", *(rule or ("--direct", "lobby")))
        return server

    def run_sipctl(self, *arguments, status=0, **options):
        child = self.sipctl(*arguments, **options)
        self.assertEqual(child.wait(20), status, child.err)
        return child.out

    def records(self):
        return [json.loads(line) for line in self.run_sipctl("cdr", "list", "--json").splitlines()]

    def caller(self, server, **options):
        caller = Caller(server, NUMBER, **options)
        self.addCleanup(caller.socket.socket.close)
        return caller

    def rings(self, caller):
        self.assertIsNotNone(caller.listen(180), caller.heard)

    def test_two_callers_ring_until_they_have_each_other(self):
        server = self.bridge()
        first = self.caller(server)
        while first.count(180) < 4:
            self.rings(first)
        rings = [at for at, status in zip(first.times, first.heard) if status == 180]
        self.assertGreater(rings[-1] - rings[0], 0.5 * (len(rings) - 1), "about a second apart")
        self.assertIn('"ringing"', self.run_sipctl("call", "list", "--json"))
        second = self.caller(server)
        self.assertIsNotNone(second.listen(200), second.heard)
        self.assertIsNotNone(first.listen(200), first.heard)
        self.assertNotIn(200, first.heard[:-1])
        third = self.caller(server)  # who comes to people does not ring on
        self.assertIsNotNone(third.listen(200), third.heard)
        self.run_sipctl("call", "hangup", "--all")
        self.assertIsNotNone(first.listen("BYE"))

    def test_a_number_that_is_called_into_the_room_is_company(self):
        server = self.bridge()
        caller = self.caller(server)
        self.rings(caller)
        port = free_ports()
        callee = self.sipctl("answer", "--listen", f"127.0.0.1:{port}", "--json")
        wait_for(lambda: "waiting" in callee.err, 5, "the callee")
        trunk = self.run_sipctl("trunk", "create", "outbound", "--name", "o", "--address", f"127.0.0.1:{port}",
                                "--numbers", "+15550199").split()[0]
        self.run_sipctl("participant", "create", "--trunk", trunk, "--call", "+15550123", "--room", "lobby", "--wait")
        self.assertIsNotNone(caller.listen(200), caller.heard)

    def test_nobody_comes(self):
        server = self.bridge(trunk=("--ringing-timeout", "2s"))
        caller = self.caller(server)
        self.assertIsNotNone(caller.listen(486), caller.heard)
        self.assertGreaterEqual(caller.count(180), 2)
        record = self.records()[0]
        self.assertEqual((record["reason"], record["status"], record["room"]), ("no_answer", 486, "lobby"))

    def test_the_caller_gives_up(self):
        server = self.bridge()
        caller = self.caller(server)
        self.rings(caller)
        caller.cancel()
        self.assertIsNotNone(caller.listen(487), caller.heard)
        wait_for(lambda: self.run_sipctl("call", "list", "--json") == "", 5, "the call to be gone")
        self.assertEqual(self.records()[0]["reason"], "cancelled")

    def test_the_room_is_deleted(self):
        server = self.bridge()
        caller = self.caller(server)
        self.rings(caller)
        self.run_sipctl("room", "delete", "lobby")
        self.assertIsNotNone(caller.listen(486), caller.heard)

    def test_draining_sends_who_rings_elsewhere(self):
        server = self.bridge()
        caller = self.caller(server)
        self.rings(caller)
        server.send_signal(signal.SIGTERM)
        refusal = caller.listen(503)
        self.assertIsNotNone(refusal, caller.heard)
        self.assertTrue(refusal.first("Retry-After"))
        self.assertEqual(server.wait(10), 0)

    def test_a_caller_with_a_pin_is_answered_at_once(self):
        server = self.bridge("--direct", "vault", "--pin", "1234")
        caller = self.caller(server)
        self.assertIsNotNone(caller.listen(200), caller.heard)

    def test_an_offer_that_cannot_be_taken_is_refused_before_it_rings(self):
        server = self.bridge()
        caller = self.caller(server, formats="101")
        self.assertIsNotNone(caller.listen(488), caller.heard)
        self.assertNotIn(180, caller.heard)


if __name__ == "__main__":
    import unittest
    unittest.main()
