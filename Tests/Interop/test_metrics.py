"""What a real server shows Prometheus: every family, its type, its labels, and figures that fit what happened."""
import re
import urllib.request

from peers import Case, free_ports, wait_for

NUMBER = "+15550100"
# Section 2.9 of the reference bridge: the type and the labels of each family, besides node_id.
FAMILIES = {
    "livekit_sip_invite_requests_raw": ("counter", ()),
    "livekit_sip_invite_requests": ("counter", ("dir",)),
    "livekit_sip_invite_accepted": ("counter", ("dir", "to")),
    "livekit_sip_invite_error": ("counter", ("dir", "to", "reason")),
    "livekit_sip_calls_active": ("gauge", ("dir", "to")),
    "livekit_sip_calls_terminated": ("counter", ("dir", "to", "result", "reason")),
    "livekit_sip_calls_termination_failures": ("counter", ("dir",)),
    "livekit_sip_packets_rtp": ("counter", ("dir", "to", "op", "payload")),
    "livekit_sip_dur_session_sec": ("histogram", ("dir",)),
    "livekit_sip_dur_call_sec": ("histogram", ("dir",)),
    "livekit_sip_dur_check_sec": ("histogram", ("dir",)),
    "livekit_sip_dur_join_sec": ("histogram", ("dir",)),
    "livekit_sip_stage_dur_sec": ("histogram", ("dir", "stage")),
    "livekit_sip_sdp_size_bytes": ("histogram", ("type",)),
    "livekit_sip_sdp_parsed_total": ("counter", ("dir", "provider")),
    "livekit_sip_codec_offered_total": ("counter", ("dir", "provider", "codec")),
    "livekit_sip_available": ("gauge", ()),
    "livekit_sip_transfers_total": ("counter", ("dir",)),
    "livekit_sip_transfers_succeeded_total": ("counter", ("dir",)),
    "livekit_sip_transfers_failed_total": ("counter", ("dir", "reason")),
    "livekit_sip_transfers_active": ("gauge", ("dir",)),
    "livekit_node_cpu_load": ("gauge", ("node_type",)),
}
# Families without a series as long as nothing of their kind has happened.
MAY_BE_EMPTY = {"livekit_sip_transfers_failed_total"}


class Page:
    """The text format 0.0.4, read strictly: HELP and TYPE before the samples, no series twice, buckets that grow."""

    def __init__(self, text):
        self.types, self.samples, family = {}, {}, None
        if not text.endswith("\n"):
            raise AssertionError("the last line has no end")
        for line in text.splitlines():
            if line.startswith("# HELP "):
                family = line.split()[2]
            elif line.startswith("# TYPE "):
                _, _, name, kind = line.split()
                if name != family or name in self.types:
                    raise AssertionError(f"TYPE out of place: {line}")
                self.types[name] = kind
            else:
                self.take(line, family)

    def take(self, line, family):
        match = re.fullmatch(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? ([-+0-9.e]+|NaN|[+-]Inf)', line)
        if not match:
            raise AssertionError(f"no sample: {line}")
        name, labels, value = match[1], tuple(re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', match[2] or "")), float(match[3])
        base = re.sub("_(bucket|sum|count)$", "", name) if self.types.get(family) == "histogram" else name
        if base != family or (name, labels) in self.samples:
            raise AssertionError(f"out of place, or twice: {line}")
        self.samples[name, labels] = value

    def labels(self, family):
        """The sets of label names that the series of a family have, without node_id and le."""
        names = {family + suffix for suffix in ("", "_bucket", "_sum", "_count")}
        return {tuple(key for key, _ in labels if key not in ("node_id", "le")) for name, labels in self.samples if name in names}

    def value(self, name, **labels):
        """The sum of the series that have these labels."""
        return sum(value for (found, own), value in self.samples.items() if found == name and labels.items() <= dict(own).items())

    def check_histograms(self):
        series = {}
        for (name, labels), value in self.samples.items():
            if name.endswith("_bucket"):
                rest = tuple(label for label in labels if label[0] != "le")
                series.setdefault((name[:-7], rest), []).append(value)
        for (name, labels), buckets in series.items():
            if buckets != sorted(buckets) or buckets[-1] != self.samples[name + "_count", labels]:
                raise AssertionError(f"{name} {labels}: {buckets}")


class Metrics(Case):
    def page(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as response:
            self.assertEqual(response.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            return Page(response.read().decode())

    def run_sipctl(self, *arguments, status=0):
        child = self.sipctl(*arguments)
        self.assertEqual(child.wait(20), status, child.err)
        return child.out

    def dial(self, server, number, status):
        self.run_sipctl("dial", f"sip:{number}@127.0.0.1:{server.port}", "--tone", "440", "--duration", "500ms", status=status)

    def test_every_family_has_its_type_and_labels_and_counts_what_happened(self):
        self.port = free_ports()
        (self.folder / "c.yaml").write_text(f"prometheus_port: {self.port}\n")
        server = self.serve("--config", "c.yaml")
        trunk = self.run_sipctl("trunk", "create", "inbound", "--name", "t", "--numbers", NUMBER, "--allowed-addresses",
                                "127.0.0.1").split()[0]
        self.run_sipctl("dispatch-rule", "create", "--name", "r", "--direct", "lobby")
        for _ in range(3):
            self.dial(server, NUMBER, 0)
        self.dial(server, "+15550199", 4)
        wait_for(lambda: self.page().value("livekit_sip_calls_terminated") == 3, 5, "the ends of the calls to be counted")
        page = self.page()
        page.check_histograms()
        for family, (kind, labels) in FAMILIES.items():
            with self.subTest(family):
                self.assertEqual(page.types.get(family), kind)
                seen = page.labels(family)
                self.assertTrue(seen == {labels} or not seen and (family in MAY_BE_EMPTY), seen)
        for expected, name, labels in [
            (4, "livekit_sip_invite_requests_raw", {}), (4, "livekit_sip_invite_requests", {"dir": "in"}),
            (3, "livekit_sip_invite_accepted", {"dir": "in", "to": trunk}),
            (1, "livekit_sip_invite_error", {"dir": "in", "to": "other", "reason": "no-trunk"}),
            (0, "livekit_sip_calls_active", {}),
            (3, "livekit_sip_calls_terminated", {"to": trunk, "result": "success", "reason": "hangup"}),
            (4, "livekit_sip_dur_check_sec_count", {"dir": "in"}), (3, "livekit_sip_dur_session_sec_count", {"dir": "in"}),
            (3, "livekit_sip_stage_dur_sec_count", {"stage": "sip-accept"}),
            (3, "livekit_sip_sdp_size_bytes_count", {"type": "offer"}), (3, "livekit_sip_sdp_size_bytes_count", {"type": "answer"}),
            (3, "livekit_sip_sdp_parsed_total", {"dir": "in", "provider": "external"}),
            (3, "livekit_sip_codec_offered_total", {"provider": "external", "codec": "PCMU"}),
            (1, "livekit_sip_available", {}), (1, "sipctl_refused_total", {"reason": "no-trunk"}),
            (0, "sipctl_mailbox_depth", {}), (0, "sipctl_connections_active", {}), (0, "sipctl_sip_malformed_total", {}),
        ]:
            with self.subTest(name, **labels):
                self.assertEqual(page.value(name, **labels), expected)
        for operation in ("send", "recv"):
            self.assertGreater(page.value("livekit_sip_packets_rtp", to=trunk, op=operation, payload="0"), 40)
            self.assertGreater(page.value("sipctl_rtp_packets_total", op=operation), 40)
        # Three calls of INVITE, ACK and BYE, and one of INVITE and ACK; finished transactions are kept for some time.
        self.assertGreaterEqual(page.value("sipctl_sip_requests_received_total"), 11)
        self.assertGreater(page.value("sipctl_transactions_active"), 0)
        self.assertGreater(page.value("sipctl_tick_lateness_seconds_count"), 40)
        self.assertIn("bridge", {dict(labels).get("worker") for name, labels in page.samples if name == "sipctl_mailbox_depth"})

    def test_strangers_make_no_series(self):
        self.port = free_ports()
        (self.folder / "c.yaml").write_text(f"prometheus_port: {self.port}\n")
        server = self.serve("--config", "c.yaml")
        self.run_sipctl("trunk", "create", "inbound", "--name", "t", "--numbers", NUMBER, "--allowed-addresses", "192.0.2.1")
        self.dial(server, "+15550000", 4)
        wait_for(lambda: self.page().value("livekit_sip_invite_error") == 1, 5, "the refusal to be counted")
        before = len(self.page().samples)
        for number in range(5):
            self.dial(server, f"+1555020{number}", 4)
        wait_for(lambda: self.page().value("livekit_sip_invite_error") == 6, 5, "the refusals to be counted")
        self.assertEqual(len(self.page().samples), before)


if __name__ == "__main__":
    import unittest

    unittest.main()
