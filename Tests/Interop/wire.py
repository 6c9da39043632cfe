"""Just enough SIP and RTP by hand to be a peer that no well-behaved program can be."""
import contextlib
import itertools
import os
import re
import select
import socket
import struct
import time

_count = itertools.count(1)


def token():
    return f"{os.getpid():x}{next(_count):x}"


def request(method, uri, port, *, transport="UDP", headers=(), body=b"", cseq=1, call_id=None, tag=None, to_tag=None,
            address="127.0.0.1", content_type="application/sdp"):
    """A well-formed request from 127.0.0.1:PORT."""
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/{transport} {address}:{port};rport;branch=z9hG4bK{token()}",
        "Max-Forwards: 70",
        f"From: <sip:tester@{address}:{port}>;tag={tag or token()}",
        f"To: <{uri}>" + (f";tag={to_tag}" if to_tag else ""),
        f"Call-ID: {call_id or token()}@tester",
        f"CSeq: {cseq} {method}",
        f"Contact: <sip:tester@{address}:{port}>",
        *headers]
    if body:
        lines.append(f"Content-Type: {content_type}")
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def sdp(port, address="127.0.0.1", formats="0 101"):
    names = {"0": "PCMU/8000", "8": "PCMA/8000", "101": "telephone-event/8000"}
    lines = ["v=0", f"o=- 1 1 IN IP4 {address}", "s=-", f"c=IN IP4 {address}", "t=0 0", f"m=audio {port} RTP/AVP {formats}"]
    lines += [f"a=rtpmap:{f} {names[f]}" for f in formats.split()]
    return ("\r\n".join(lines) + "\r\n").encode()


class Message:
    """A received message: start line, headers by lower-case name, body."""

    def __init__(self, data, source=None):
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = re.sub(rb"\r\n[ \t]+", b" ", head).decode("utf-8", "replace").split("\r\n")
        self.start, self.data, self.source = lines[0], data, source
        self.headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if ":" in line]

    @property
    def status(self):
        match = re.match(r"SIP/2\.0 (\d{3}) ", self.start)
        return int(match.group(1)) if match else 0

    @property
    def method(self):
        return "" if self.status else self.start.split(" ")[0]

    def all(self, name):
        short = {"via": "v", "from": "f", "to": "t", "call-id": "i", "contact": "m", "content-length": "l"}.get(name.lower())
        return [v for k, v in self.headers if k.lower() in (name.lower(), short)]

    def first(self, name):
        return next(iter(self.all(name)), "")

    @property
    def to_tag(self):
        match = re.search(r";\s*tag=([^;>\s]+)", self.first("To"))
        return match.group(1) if match else None

    def media(self):
        """(address, port) of the audio in its description."""
        text = self.body.decode("utf-8", "replace")
        address = re.search(r"^c=IN IP4 (\S+)", text, re.M)
        port = re.search(r"^m=audio (\d+)", text, re.M)
        return address.group(1), int(port.group(1))

    def reply(self, status, reason, port, *, body=b"", tag="answer", headers=()):
        """The response to this request."""
        lines = [f"SIP/2.0 {status} {reason}"]
        lines += [f"Via: {v}" for v in self.all("Via")]
        to = self.first("To")
        if status > 100 and ";tag=" not in to:
            to += f";tag={tag}"
        lines += [
            f"From: {self.first('From')}", f"To: {to}", f"Call-ID: {self.first('Call-ID')}", f"CSeq: {self.first('CSeq')}",
            f"Contact: <sip:peer@127.0.0.1:{port}>", *headers]
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class UDP:
    """A UDP socket on loopback."""

    def __init__(self, port=0, address="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data, port, address="127.0.0.1"):
        self.socket.sendto(data, (address, port))

    def datagram(self, seconds=5.0):
        """(bytes, source), or None when nothing comes in time."""
        ready, _, _ = select.select([self.socket], [], [], seconds)
        if not ready:
            return None
        try:
            return self.socket.recvfrom(65535)
        except ConnectionError:
            return None

    def receive(self, seconds=5.0):
        got = self.datagram(seconds)
        return Message(*got) if got else None

    def final(self, seconds=5.0):
        """The first response above 199."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            message = self.receive(left)
            if message and message.status >= 200:
                return message
        return None


class TCP:
    """A TCP connection to a SIP port."""

    def __init__(self, port, address="127.0.0.1"):
        self.socket = socket.create_connection((address, port), 5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = self.socket.getsockname()[1]
        self.buffer = b""
        self.is_closed = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        # A peer that has closed may have answered before: what came is still read.
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(data)

    def half_close(self):
        """Nothing more will be sent."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def receive(self, seconds=5.0):
        """The next whole message, or None: nothing in time, or closed (see is_closed)."""
        end = time.monotonic() + seconds
        while True:
            self.buffer = self.buffer.lstrip(b"\r\n")
            head, blank, rest = self.buffer.partition(b"\r\n\r\n")
            if blank:
                length = int(Message(head + blank).first("Content-Length") or 0)
                if len(rest) >= length:
                    self.buffer = rest[length:]
                    return Message(head + blank + rest[:length])
            left = end - time.monotonic()
            if left <= 0 or self.is_closed or not select.select([self.socket], [], [], left)[0]:
                return None
            try:
                data = self.socket.recv(65535)
            except ConnectionError:
                data = b""
            self.is_closed = not data
            self.buffer += data

    def final(self, seconds=5.0):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not (self.is_closed and not self.buffer):
            message = self.receive(left)
            if message is None or message.status >= 200:
                return message
        return None


def rtp(payload_type, sequence, timestamp, ssrc, payload, marker=False):
    return struct.pack("!BBHII", 0x80, payload_type | (0x80 if marker else 0), sequence & 0xFFFF, timestamp & 0xFFFFFFFF,
                       ssrc) + payload


def mu_law(samples):
    """G.711 µ-law bytes of float samples."""
    out = bytearray()
    for sample in samples:
        value = max(-32635, min(32635, round(sample * 32767)))
        sign, magnitude = (0x80 if value < 0 else 0), abs(value) + 0x84
        exponent = magnitude.bit_length() - 8
        out.append(~(sign | exponent << 4 | (magnitude >> (exponent + 3)) & 0x0F) & 0xFF)
    return bytes(out)


def from_mu_law(data):
    out = []
    for byte in data:
        byte = ~byte & 0xFF
        magnitude = (((byte & 0x0F) << 3) + 0x84 << (byte >> 4 & 7)) - 0x84
        out.append((-magnitude if byte & 0x80 else magnitude) / 32767)
    return out
