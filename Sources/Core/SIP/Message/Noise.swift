/// Whether a datagram is no message but a keep-alive that wants no answer: at most 64 bytes of line ends, spaces and tabs,
/// which some phones send to keep a NAT binding (RFC 5626 §3.5 uses STUN for that). An empty datagram is not noise, and
/// neither is a longer one: both go to the parser and are counted as faults there.
package func isNoise(datagram: some Collection<UInt8>) -> Bool {
    (1...64).contains(datagram.count) && datagram.allSatisfy { $0.isIn(.lws) }
}
