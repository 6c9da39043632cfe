#!/usr/bin/env python3
"""CPU of `sipctl serve` per G.711 packet: phones in local rooms of two, one packet every 20 ms each, on loopback.

usage: rooms.py SIPCTL PHONES SECONDS
Prints the server's CPU microseconds per packet received or sent, the packets heard back, and its memory per call.
"""
import os, random, re, select, socket, subprocess, sys, time

sipctl, phones, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
port = random.randrange(20000, 25000)
server = subprocess.Popen(
    ["taskset", "-c", "1", sipctl, "serve", "--workers", "1", "--no-events", "-q", "--listen", f"127.0.0.1:{port}",
     "--rtp-ports", "30000-45000"], stdout=subprocess.DEVNULL)
os.sched_setaffinity(0, {0})


def cpu():
    fields = open(f"/proc/{server.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident():
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{server.pid}/status").read())[1])


def ask(sip, method, index, rtp_port, cseq, to_tag="", body=""):
    target = f"sip:room{index // 2}@127.0.0.1:{port}"
    lines = [f"{method} {target} SIP/2.0",
             f"Via: SIP/2.0/UDP 127.0.0.1:{sip.getsockname()[1]};branch=z9hG4bK{index}-{cseq}-{method}",
             f"From: <sip:phone{index}@127.0.0.1>;tag=t{index}", f"To: <{target}>{to_tag}", f"Call-ID: bench-{index}",
             f"CSeq: {cseq} {method}", f"Contact: <sip:phone{index}@127.0.0.1:{sip.getsockname()[1]}>", "Max-Forwards: 70"]
    if body:
        lines.append("Content-Type: application/sdp")
    sip.sendto(("\r\n".join(lines) + f"\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode(), ("127.0.0.1", port))


sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sip.bind(("127.0.0.1", 0))
sip.settimeout(5)
time.sleep(0.7)
idle = resident()
flows = []
for index in range(phones):
    rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    rtp.bind(("127.0.0.1", 0))
    rtp.setblocking(False)
    own = rtp.getsockname()[1]
    body = (f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {own} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n")
    ask(sip, "INVITE", index, own, 1, body=body)
    while True:
        answer = sip.recv(65535).decode()
        if answer.startswith("SIP/2.0 200") and f"Call-ID: bench-{index}\r" in answer:
            break
    tag = re.search(r"\nTo:[^\r]*(;tag=[^\r;]+)", answer)[1]
    ask(sip, "ACK", index, own, 1, tag)
    rtp.connect(("127.0.0.1", int(re.search(r"m=audio (\d+)", answer)[1])))
    flows.append([rtp, random.randrange(65536), random.randrange(1 << 32), index, tag])

payload = bytes(random.randrange(256) for _ in range(160))
poll = select.epoll()
sockets = {flow[0].fileno(): flow[0] for flow in flows}
for descriptor in sockets:
    poll.register(descriptor, select.EPOLLIN)
sent = heard = 0
start, before = time.monotonic(), cpu()
ticks = int(seconds * 50)
for tick in range(ticks):
    for flow in flows:
        rtp, sequence, timestamp, index, _ = flow
        header = bytes([0x80, 0]) + (sequence & 0xffff).to_bytes(2, "big") + (timestamp & 0xffffffff).to_bytes(4, "big")
        rtp.send(header + index.to_bytes(4, "big") + payload)
        flow[1], flow[2] = sequence + 1, timestamp + 160
        sent += 1
    while (left := start + (tick + 1) * 0.02 - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left):
            try:
                while True:
                    sockets[descriptor].recv(2048)
                    heard += 1
            except BlockingIOError:
                pass
used, memory = cpu() - before, resident() - idle
elapsed = time.monotonic() - start
for rtp, _, _, index, tag in flows:
    ask(sip, "BYE", index, 0, 2, tag)
time.sleep(0.3)
server.terminate()
server.wait()
print(f"phones={phones} seconds={elapsed:.1f} sent={sent} heard={heard} server_cpu={used:.2f}s "
      f"us_per_packet={used * 1e6 / (sent + heard):.2f} phones_per_core={phones * elapsed / used:.0f} "
      f"kB_per_call={memory / phones:.0f}")
