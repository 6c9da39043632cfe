"""`sipctl serve` with trunks and rules: who is let in, with what, and what is remembered of it."""
import json
import pathlib
import signal
import socket
import urllib.request

import wire
from caller import Caller
from peers import Case, free_ports, wait_for

NUMBER = "+15550100"
SCENARIOS = pathlib.Path(__file__).parent


class Bridge(Case):
    def bridge(self, *arguments):
        """A server whose demonstrations are off, because it has a trunk."""
        server = self.serve(*arguments)
        self.run_sipctl("trunk", "create", "inbound", "--name", "t", "--numbers", NUMBER, "--allowed-addresses",
                        "127.0.0.1")
        return server

    def run_sipctl(self, *arguments, status=0, **options):
        child = self.sipctl(*arguments, **options)
        self.assertEqual(child.wait(20), status, child.err)
        return child.out

    def dial(self, server, number=NUMBER, *arguments, status=0, **options):
        return self.run_sipctl("dial", f"sip:{number}@127.0.0.1:{server.port}", "--duration", "300ms", *arguments,
                               status=status, **options)

    def records(self):
        return [json.loads(line) for line in self.run_sipctl("cdr", "list", "--json").splitlines()]

    def test_a_call_that_matches_no_trunk_or_rule_is_refused_with_the_reason(self):
        server = self.bridge()
        child = self.sipctl("dial", f"sip:+15550199@127.0.0.1:{server.port}")
        self.assertEqual(child.wait(20), 4)
        self.assertIn("'sipctl dispatch-rule explain' says why", child.err)
        server.says("is in numbers of no inbound trunk")
        self.dial(server, status=1)
        server.says("404")
        self.run_sipctl("dispatch-rule", "create", "--name", "r", "--direct", "lobby")
        self.dial(server)
        explained = self.run_sipctl("dispatch-rule", "explain", "--from", "1", "--to", NUMBER, "--source", "192.0.2.1",
                                    status=1)
        self.assertIn("192.0.2.1 is not in allowed_addresses", explained)

    def test_digest_lets_in_who_knows_the_password(self):
        server = self.serve()
        (self.folder / "secret").write_text("right\n")
        self.run_sipctl("trunk", "create", "inbound", "--name", "t", "--numbers", NUMBER, "--auth-user", "u",
                        "--auth-pass-file", "secret")
        self.run_sipctl("dispatch-rule", "create", "--name", "r", "--direct", "lobby")
        child = self.sipctl("dial", f"sip:{NUMBER}@127.0.0.1:{server.port}")
        self.assertEqual(child.wait(20), 4)
        self.assertIn("Give a user with --auth", child.err)
        self.dial(server, NUMBER, "--auth", "u", status=4, env={"SIPCTL_PASSWORD": "wrong"})
        self.dial(server, NUMBER, "--auth", "u", env={"SIPCTL_PASSWORD": "right"})

    def test_a_phone_that_knows_md5_alone_is_let_in(self):
        server = self.serve("--config-body", "auth_algorithms: [MD5, SHA-256]")
        (self.folder / "secret").write_text("right\n")
        self.run_sipctl("trunk", "create", "inbound", "--name", "t", "--numbers", NUMBER, "--auth-user", "u",
                        "--auth-pass-file", "secret")
        self.run_sipctl("dispatch-rule", "create", "--name", "r", "--direct", "lobby")
        caller = self.sipp(f"127.0.0.1:{server.port}", "-s", NUMBER, "-au", "u", "-ap", "right",
                           scenario=SCENARIOS / "uac_digest.xml", calls=5)
        self.assert_clean(caller, 5)

    def test_commands_find_the_server_of_a_configuration(self):
        configuration = ("--config-body", "control_socket: other.sock")
        server = self.serve(*configuration)
        self.run_sipctl("trunk", "create", "inbound", "--name", "t", "--numbers", NUMBER, *configuration)
        self.run_sipctl("dispatch-rule", "create", "--name", "r", "--direct", "lobby", *configuration)
        call = self.sipctl("dial", f"sip:{NUMBER}@127.0.0.1:{server.port}", "--duration", "9s", "--json")
        call.says('"answered"')
        self.run_sipctl("call", "list", status=3)
        identity = json.loads(self.run_sipctl("call", "list", "--json", *configuration))["id"]
        for command in ("call", "show", identity), ("room", "list"), ("participant", "list"):
            self.run_sipctl(*command, *configuration)
        self.run_sipctl("call", "hangup", identity, *configuration)
        self.assertEqual(call.wait(), 0)
        self.assertIn(identity, self.run_sipctl("cdr", "list", *configuration, "--json"))
        self.run_sipctl("drain", "--wait", *configuration)
        self.assertEqual(server.wait(), 0)

    def test_a_pin_leads_into_the_room(self):
        server = self.bridge()
        self.run_sipctl("dispatch-rule", "create", "--name", "r", "--direct", "vault", "--pin", "1234")
        caller = self.sipctl("dial", f"sip:{NUMBER}@127.0.0.1:{server.port}", "--dtmf", "ww1234#", "--duration", "9s")
        wait_for(lambda: "vault" in self.run_sipctl("room", "list", "--json"), 12, "the caller to be in the room")
        self.run_sipctl("call", "hangup", "--all")
        self.assertEqual(caller.wait(10), 0)
        record = self.records()[0]
        self.assertEqual((record["room"], record["state"], record["codec"]), ("vault", "ended", "PCMU/8000"))

    def test_a_number_is_called_into_a_room(self):
        self.bridge()
        port = free_ports()
        callee = self.sipctl("answer", "--listen", f"127.0.0.1:{port}", "--json")
        callee.says("waiting")
        made = self.run_sipctl("trunk", "create", "outbound", "--name", "o", "--address", f"127.0.0.1:{port}",
                               "--numbers", "+15550199")
        trunk = made.split()[0]
        self.run_sipctl("participant", "create", "--trunk", trunk, "--call", "+15550123", "--room", "r", "--wait",
                        "--dtmf", "12#")
        wait_for(lambda: callee.out.count('"digit"') >= 3, 10, "the callee to hear the digits")
        self.assertIn("sip_+15550123", self.run_sipctl("participant", "list", "--room", "r", "--json"))

    def test_every_refused_call_has_a_record_that_says_why(self):
        server = self.bridge()
        (self.folder / "secret").write_text("right\n")
        guarded = self.run_sipctl("trunk", "create", "inbound", "--name", "g", "--numbers", "+15550111", "--auth-user", "u",
                                  "--auth-pass-file", "secret").strip()
        child = self.sipctl("dial", f"sip:+15550199@127.0.0.1:{server.port}")
        self.assertEqual(child.wait(20), 4)
        self.assertIn("'sipctl dispatch-rule explain' says why", child.err)
        self.dial(server, status=1)
        self.dial(server, "+15550111", status=4)  # a challenge alone is no refusal
        self.dial(server, "+15550111", "--auth", "u", status=4, env={"SIPCTL_PASSWORD": "wrong"})
        records = self.records()
        self.assertEqual([(r["reason"], r["status"], r["state"]) for r in records],
                         [("bad_credentials", 407, "ended"), ("no_rule", 404, "ended"), ("no_trunk", 403, "ended")])
        self.assertEqual(records[0]["trunk_id"], guarded)
        self.assertIn("is in numbers of no inbound trunk", records[2]["text"])
        for record in records:
            self.assertTrue(record["sip_call_id"] and record["from"] and record["source"], record)

    def test_a_hold_that_the_peer_refuses(self):
        server = self.bridge()
        self.run_sipctl("dispatch-rule", "create", "--name", "r", "--direct", "lobby")
        caller = Caller(server, NUMBER)
        self.addCleanup(caller.socket.socket.close)
        self.assertIsNotNone(caller.listen(200), caller.heard)
        caller.answers["INVITE"] = 488
        call = json.loads(self.run_sipctl("call", "list", "--json"))["id"]
        hold = self.sipctl("call", "hold", call)
        self.assertIsNotNone(caller.listen("INVITE"))
        self.assertEqual(hold.wait(10), 1)
        self.assertIn("the peer refuses to be put on hold (488 Not Acceptable Here)", hold.err)
        shown = json.loads(self.run_sipctl("call", "show", call, "--json"))
        self.assertEqual((shown["held_here"], shown["hold_refused"]), (False, 488))
        self.run_sipctl("call", "resume", call)  # it is not held

    def test_a_callee_who_is_busy(self):
        server = self.bridge()
        with wire.UDP() as callee:
            trunk = self.run_sipctl("trunk", "create", "outbound", "--name", "o", "--address", f"127.0.0.1:{callee.port}",
                                    "--numbers", "+15550199").split()[0]
            child = self.sipctl("participant", "create", "--trunk", trunk, "--call", "+15550123", "--room", "r", "--wait")
            invite = callee.receive(10)
            callee.send(invite.reply(486, "Busy Here", callee.port), server.port)
            self.assertEqual(child.wait(10), 1)
            self.assertIn("busy here (486)", child.err)
        record = self.records()[0]
        self.assertEqual((record["reason"], record["status"], record["sip_call_id"]),
                         ("busy", 486, invite.first("Call-ID")))

    def test_draining_refuses_new_calls_and_keeps_the_running_one(self):
        health = free_ports()
        (self.folder / "c.yaml").write_text(f"health_port: {health}\n")
        server = self.bridge("--config", "c.yaml")
        self.run_sipctl("dispatch-rule", "create", "--name", "r", "--direct", "lobby")
        caller = self.sipctl("dial", f"sip:{NUMBER}@127.0.0.1:{server.port}", "--json")
        wait_for(lambda: '"answered"' in caller.out, 5, "the answer")
        server.send_signal(signal.SIGTERM)
        wait_for(lambda: self.page(health, "/readyz") == 503, 5, "readiness to turn red")
        self.assertEqual(self.page(health, "/livez"), 200)
        self.dial(server, status=1)
        self.assertTrue(caller.is_running and server.is_running, "the call goes on")
        self.assertEqual(caller.stop(signal.SIGINT), 130)
        self.assertEqual(server.wait(10), 0)
        self.assertIn('"reason":"local_hangup"', caller.out.replace(" ", ""))

    def test_calls_are_cut_at_the_deadline_and_the_status_says_so(self):
        server = self.bridge()
        self.run_sipctl("dispatch-rule", "create", "--name", "r", "--direct", "lobby")
        caller = self.sipctl("dial", f"sip:{NUMBER}@127.0.0.1:{server.port}", "--duration", "60s")
        wait_for(lambda: "answered" in caller.out, 5, "the answer")
        self.run_sipctl("drain", "--deadline", "1s", "--wait", status=1)
        self.assertEqual(server.wait(10), 1)
        self.assertEqual(caller.wait(10), 0)
        self.assertIn("the server shuts down", caller.out)

    def page(self, port, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_a_limit_that_is_reached_is_said_to_callers_and_probes_and_can_be_raised(self):
        health = free_ports()
        config = self.folder / "c.yaml"
        config.write_text(f"health_port: {health}\nmax_active_calls: 1\nretry_after: 42s\n")
        server = self.bridge("--config", "c.yaml")
        self.run_sipctl("dispatch-rule", "create", "--name", "r", "--direct", "lobby")
        running = self.sipctl("dial", f"sip:{NUMBER}@127.0.0.1:{server.port}", "--duration", "30s")
        wait_for(lambda: "lobby" in self.run_sipctl("room", "list"), 10, "the call to be in the room")
        self.dial(server, status=1)
        server.says("1 call runs, and max_active_calls allows no more")
        wait_for(lambda: self.page(health, "/readyz") == 429, 5, "readiness to be red")
        config.write_text(config.read_text().replace("calls: 1", "calls: 2"))
        server.send_signal(signal.SIGHUP)
        server.says("max_active_calls is 2 (was 1), at once")
        self.dial(server)
        config.write_text("sip_prt: 1\n")
        server.send_signal(signal.SIGHUP)
        server.says("c.yaml:1:1: unknown key 'sip_prt'")
        self.dial(server)
        self.assertTrue(running.is_running)

    def test_connections_come_from_the_ports_to_dial_from_and_metrics_have_the_labels(self):
        first = free_ports()
        (self.folder / "c.yaml").write_text(
            f"tcp: {{dial_port: {first}-{first + 1}}}\nmetrics: {{labels: {{site: berlin}}}}\n"
            f"prometheus_port: {(page := free_ports())}\n")
        server = self.bridge("--config", "c.yaml")
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        made = self.run_sipctl("trunk", "create", "outbound", "--name", "o", "--address",
                               f"127.0.0.1:{listener.getsockname()[1]}", "--transport", "tcp", "--numbers", "+1")
        call = self.sipctl("participant", "create", "--trunk", made.split()[0], "--call", "+15550123", "--room", "r")
        connection, peer = listener.accept()
        self.addCleanup(connection.close)
        self.assertIn(peer[1], (first, first + 1))
        self.assertIn(b"INVITE sip:+15550123@", connection.recv(65536))
        call.wait(10)
        self.assertIn('site="berlin"', urllib.request.urlopen(f"http://127.0.0.1:{page}/metrics").read().decode())
