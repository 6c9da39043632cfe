"""A caller on one socket, by hand, that notes what it hears."""
import re
import time

import wire
from peers import free_ports


class Caller:
    """Calls a number as soon as it is made."""

    def __init__(self, server, number, formats="0 101"):
        self.socket, self.server, self.number = wire.UDP(), server, number
        self.call_id, self.tag, self.branch = wire.token(), wire.token(), None
        self.heard, self.times, self.final = [], [], None
        # Method to status: what requests within the call are answered with; 200 otherwise.
        self.answers = {}
        uri = f"sip:{number}@127.0.0.1:{server.port}"
        invite = wire.request("INVITE", uri, self.socket.port, body=wire.sdp(free_ports(), formats=formats), call_id=self.call_id,
                              tag=self.tag)
        self.invite = invite
        self.socket.send(invite, server.port)

    def listen(self, until, seconds=15):
        """Hears responses until one has this status; whether it came."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            message = self.socket.receive(left)
            if not message:
                break
            if message.method:
                status = self.answers.get(message.method, 200)
                if message.method != "ACK":
                    self.socket.send(message.reply(status, "Answer", self.socket.port), self.server.port)
                self.heard.append(message.method)
                if message.method == until:
                    return message
                continue
            self.heard.append(message.status)
            self.times.append(time.monotonic())
            if message.status >= 200 and "INVITE" in message.first("CSeq"):
                self.final = message
                self.acknowledge(message)
            if message.status == until:
                return message
        return None

    def count(self, status):
        return self.heard.count(status)

    def acknowledge(self, message):
        uri = f"sip:{self.number}@127.0.0.1:{self.server.port}"
        ack = wire.request("ACK", uri, self.socket.port, call_id=self.call_id, tag=self.tag, to_tag=message.to_tag)
        if message.status >= 300:  # within the transaction of the INVITE (RFC 3261 §17.1.1.3)
            branch = re.search(rb"branch=([^;\r]+)", self.invite).group(1)
            ack = re.sub(rb"branch=[^;\r]+", b"branch=" + branch, ack)
        self.socket.send(ack, self.server.port)

    def cancel(self):
        self.socket.send(re.sub(rb"Content-Type: [^\r]+\r\nContent-Length: \d+\r\n\r\n.*", b"Content-Length: 0\r\n\r\n",
                                self.invite.replace(b"INVITE", b"CANCEL"), flags=re.S), self.server.port)
