"""The programs of an interop test, each in the test's own folder, on its own ports and with an end in time.

`Case` is the base of every test class: a temporary folder, free loopback ports, and children that are stopped (only these)
and whose last words are printed when the test fails.
"""
import contextlib
import csv
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import audio

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FIXTURES = HERE.parent / "Fixtures"
SIPCTL = os.environ.get("SIPCTL") or str(ROOT / ".build/release/sipctl")

# Below the ports the kernel hands out by itself; runs at the same time begin at different places.
_next_port = 20000 + os.getpid() * 128 % 10000


def _is_free(port):
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def free_ports(count=2):
    """The first of `count` neighbouring ports, even, free for UDP and TCP on loopback; never handed out twice."""
    global _next_port
    while True:
        first = _next_port
        _next_port += count + count % 2
        if _next_port >= 32000:
            _next_port = 20000
        if all(_is_free(first + i) for i in range(count)):
            return first


def wait_for(condition, seconds, what):
    """The first true value of `condition`, asked every few milliseconds; an error that says what did not come."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s: {what}")
        time.sleep(0.02)


class Child:
    """A running program; its output goes to files, so that it never waits for a reader."""

    def __init__(self, folder, name, command, stdin=subprocess.DEVNULL, env=None, cwd=None):
        self.name = name
        self.command = [str(part) for part in command]
        self.out_path = folder / f"{name}.out"
        self.err_path = folder / f"{name}.err"
        with open(self.out_path, "wb") as out, open(self.err_path, "wb") as err:
            # A group of its own, so that what it started goes with it.
            self.process = subprocess.Popen(
                self.command, stdin=stdin, stdout=out, stderr=err, cwd=cwd or folder, start_new_session=True,
                env={**os.environ, "NO_COLOR": "1", "HOME": str(folder), "SIPCTL_HOME": str(folder / "state"),
                     **(env or {})})

    @property
    def pid(self):
        return self.process.pid

    @property
    def out(self):
        return self.out_path.read_text(errors="replace")

    @property
    def err(self):
        return self.err_path.read_text(errors="replace")

    @property
    def is_running(self):
        return self.process.poll() is None

    def wait(self, seconds=20):
        """The exit status; running longer than that is a failure."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {seconds} s") from None

    def send_signal(self, number):
        if self.is_running:
            self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM, seconds=5):
        """Asks, waits, and at last kills; the exit status."""
        self.send_signal(number)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()
        if self.process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        return self.process.returncode

    def kill(self):
        """The program and whatever it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def says(self, text, seconds=10):
        """Waits until the text stands in its output."""
        def there():
            if text in self.out or text in self.err:
                return True
            if not self.is_running:
                raise AssertionError(f"{self.name} ended with {self.process.returncode} before it said {text!r}")
            return False
        wait_for(there, seconds, f"{self.name} to say {text!r}")

    def last_words(self):
        lines = [f"--- {self.name}: {' '.join(self.command)} (status {self.process.poll()})"]
        for stream, text in (("stdout", self.out), ("stderr", self.err)):
            tail = text.replace("\b", "").replace("\r", "\n").splitlines()[-15:]
            lines += [f"{stream}: {line[:300]}" for line in tail]
        return "\n".join(lines)

    # What the kernel says of it.

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def sockets(self):
        return len(self._socket_inodes())

    def udp_ports(self):
        """How many UDP ports of this process are bound."""
        inodes = self._socket_inodes()
        count = 0
        for table in ("udp", "udp6"):
            with open(f"/proc/net/{table}") as file:
                count += sum(line.split()[9] in inodes for line in list(file)[1:])
        return count

    def _socket_inodes(self):
        inodes = set()
        for entry in os.scandir(f"/proc/{self.pid}/fd"):
            with contextlib.suppress(OSError):
                target = os.readlink(entry.path)
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
        return inodes

    def resident_kb(self):
        with open(f"/proc/{self.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


class Case(unittest.TestCase):
    """A test with a folder of its own; see above."""

    def run(self, result=None):
        def bad():
            return len(result.failures) + len(result.errors) if result else 0

        with tempfile.TemporaryDirectory(prefix="sipctl-interop-") as folder:
            self.folder = pathlib.Path(folder)
            self.children = []
            before = bad()
            try:
                outcome = super().run(result)
            finally:
                for child in reversed(self.children):
                    child.kill()
                    child.stop()
            if bad() > before:
                for child in self.children:
                    print(child.last_words(), flush=True)
            return outcome

    def start(self, name, *command, **options):
        child = Child(self.folder, f"{name}-{len(self.children)}", command, **options)
        self.children.append(child)
        return child

    # sipctl

    def sipctl(self, *arguments, **options):
        return self.start(f"sipctl-{arguments[0]}", SIPCTL, *arguments, **options)

    def serve(self, *arguments, port=None, media=None, **options):
        """A bridge that answers OPTIONS, on a free port."""
        port = port or free_ports()
        server = self.sipctl(
            "serve", "--listen", f"127.0.0.1:{port}", "--rtp-ports", media or self.media_ports(), "--json", *arguments,
            **options)
        server.port = port
        self.until_it_answers(server)
        return server

    @staticmethod
    def media_ports(count=100):
        first = free_ports(count)
        return f"{first}-{first + count - 1}"

    @staticmethod
    def until_it_answers(child, seconds=10):
        import wire
        with wire.UDP() as probe:
            def answered():
                if not child.is_running:
                    raise AssertionError(f"{child.name} ended with {child.process.returncode} at its start")
                probe.send(wire.request("OPTIONS", f"sip:ping@127.0.0.1:{child.port}", probe.port), child.port)
                return probe.receive(0.25)
            wait_for(answered, seconds, f"{child.name} to answer OPTIONS on port {child.port}")

    @staticmethod
    def until_it_listens(child, transport):
        """For a program that answers nothing outside of a call."""
        def is_bound():
            with open(f"/proc/net/{transport}") as file:
                return any(line.split()[1].endswith(f":{child.port:04X}") for line in list(file)[1:])
        wait_for(is_bound, 5, f"{child.name} to open port {child.port}")

    @staticmethod
    def events(child):
        """The JSON Lines it has written so far."""
        return [json.loads(line) for line in child.out.splitlines() if line.strip()]

    # sipp

    def sipp(self, target, *arguments, scenario="uac", transport="udp", rate=10, calls=1, seconds=60):
        """sipp as the caller or the called one (`target` is None), on a free port."""
        port, media = free_ports(), free_ports(4)
        name = f"sipp-{getattr(scenario, 'stem', scenario)}-{len(self.children)}"
        command = [
            "sipp", *(["-sn", scenario] if isinstance(scenario, str) else ["-sf", scenario]),
            "-i", "127.0.0.1", "-p", port, "-mi", "127.0.0.1", "-mp", media, "-nostdin", "-m", calls, "-timeout", seconds,
            "-trace_stat", "-stf", f"{name}.csv", "-fd", "1", "-trace_err", "-error_file", f"{name}.errors",
            *(["-t", "t1"] if transport == "tcp" else []),
            *arguments]
        if target:
            command += ["-r", rate, target]
        child = self.start(name, *command)
        child.port = port
        child.statistics_path = self.folder / f"{name}.csv"
        child.errors_path = self.folder / f"{name}.errors"
        return child

    @staticmethod
    def sipp_counts(child):
        """Its cumulative counters, by the names of its statistics file."""
        with open(child.statistics_path, newline="") as file:
            row = list(csv.DictReader(file, delimiter=";"))[-1]
        return {k[:-3]: int(v) for k, v in row.items() if k and k.endswith("(C)") and v.isdigit()}

    def assert_clean(self, child, calls):
        """All calls succeeded, and nothing came that the scenario does not expect."""
        status = child.wait(30)
        counts = self.sipp_counts(child)
        errors = child.errors_path.read_text(errors="replace") if child.errors_path.exists() else ""
        self.assertEqual(status, 0, errors[-2000:])
        self.assertEqual(counts["SuccessfulCall"], calls, errors[-2000:])
        for name in ("FailedCall", "OutOfCallMsgs", "DeadCallMsgs", "FailedUnexpectedMessage", "FatalErrors"):
            self.assertEqual(counts[name], 0, f"{name}\n{errors[-2000:]}")
        self.assertNotIn("unexpected", errors.lower())

    # baresip

    def baresip(self, name, play, *, dial=None, seconds=6, codecs="PCMU/8000/1", port=None):
        """A phone that plays a file, answers by itself, records what it hears and leaves after `seconds`."""
        home = self.folder / f"phone-{name}"
        home.mkdir()
        port, media = port or free_ports(), free_ports(10)
        (home / "config").write_text("\n".join([
            f"sip_listen 127.0.0.1:{port}", "net_interface 127.0.0.1", f"rtp_ports {media}-{media + 9}",
            "poll_method epoll", "jitter_buffer_delay 5-10", "audio_buffer 20-160", "rtp_stats yes",
            "ausrc_format s16", "auplay_format s16", "auenc_format s16", "audec_format s16",
            f"audio_source aufile,{play}", "audio_player none,", "audio_alert none,",
            "module_path /usr/lib/baresip/modules", "module g711.so", "module aufile.so",
            # Writes dump-…-dec.wav, what came from the far end, and dump-…-enc.wav, what was sent.
            "module sndfile.so", f"snd_path {home}",
            "module_tmp account.so", "module_app menu.so", ""]))
        (home / "accounts").write_text(
            f"<sip:{name}@127.0.0.1:{port}>;regint=0;answermode=auto;audio_codecs={codecs}\n")
        (home / "contacts").write_text("")
        command = ["baresip", "-f", home, "-t", seconds]
        if dial:
            command += ["-e", f"d {dial}"]
        # It listens to its terminal; /dev/null it cannot poll, an open pipe it can.
        child = self.start(f"baresip-{name}", *command, stdin=subprocess.PIPE)
        child.port, child.home = port, home
        return child

    def heard(self, phone):
        """What the phone's far end sent, as it came out of the phone's jitter buffer."""
        dumps = sorted(phone.home.glob("dump-*-dec.wav"))
        self.assertTrue(dumps, f"{phone.name} recorded nothing")
        samples, rate = audio.read_wav(dumps[-1])
        self.assertEqual(rate, audio.RATE)
        return samples

    def assert_hears(self, phone, frequency, level, within=1.5):
        self.assertAlmostEqual(
            audio.sustained(self.heard(phone), frequency), level, delta=within,
            msg=f"{phone.name} at {frequency} Hz, dBFS")

    def assert_deaf(self, phone, frequency, below=-50.0):
        self.assertLess(
            audio.sustained(self.heard(phone), frequency), below, f"{phone.name} must not hear {frequency} Hz, dBFS")

    def tone(self, frequency, seconds=20.0, level=-12.0):
        path = self.folder / f"tone-{frequency}.wav"
        audio.write_wav(path, audio.tone(frequency, seconds, level))
        return path

    def speech(self, text):
        """espeak-ng's WAV as it comes from its standard output."""
        return subprocess.run(["espeak-ng", "--stdout", text], check=True, capture_output=True, timeout=20).stdout

    def media_files(self):
        """sipp's media scenarios look for pcap/ in the current folder."""
        shutil.copytree(FIXTURES / "media", self.folder / "pcap")
