internal import Core

/// The RTCP of a session: reports out and in, and what they say of the way there and back.
struct ReportExchange: Sendable {
    private(set) var roundTrip: Duration?
    /// The peer's view of our stream, from its last report.
    private(set) var remoteLossFraction: Double?
    private(set) var remoteJitter: UInt32?
    private(set) var refused = 0
    /// Where RTCP goes when something else than the negotiated address was learned.
    private(set) var learned: SocketAddress?

    private let cname: [UInt8]
    private var schedule = RTCPSchedule()
    private var lastSenderReport: (middle: UInt32, arrival: Instant)?
    /// RTP packets sent and received up to the last two reports.
    private var sentBefore = (last: 0, previous: 0)
    private var receivedBefore = 0
    private var hasReported = false

    init(cname: [UInt8]) { self.cname = cname }

    /// Follows a new agreement: the negotiated address counts again.
    mutating func forgetAddress() { learned = nil }

    /// Forgets what belongs to a source that was replaced.
    mutating func forgetSource() {
        lastSenderReport = nil
        receivedBefore = 0
    }

    /// Whether BYE may be sent: not by who has never said anything (RFC 3550 §6.3.7).
    func mayLeave(_ sender: MediaSender) -> Bool { hasReported || sender.packets > 0 }

    /// Counts a datagram that is not taken in.
    mutating func refuse() { refused += 1 }

    /// Takes a compound packet from the peer's host in. `source` is the peer's SSRC, `own` ours.
    mutating func receive(
        _ bytes: Span<UInt8>, from address: SocketAddress, at arrival: Instant, _ sources: (own: SSRC, peer: SSRC?),
        into out: inout [MediaEvent]
    ) {
        do throws(RTCPError) { try RTCPPacket.validate(bytes) } catch { return refuse() }
        schedule.count(bytes.count)
        learned = address
        var offset = 0
        while offset < bytes.count, let packet = try? RTCPPacket(parsing: bytes, at: offset) {
            offset = packet.end
            if let info = packet.senderInfo(in: bytes), sources.peer == nil || packet.sender(in: bytes) == sources.peer
            {
                lastSenderReport = (info.ntp.middle, arrival)
            }
            for index in 0..<packet.count {
                guard let block = packet.block(index, in: bytes) else { break }
                if block.source == sources.own { take(block, at: arrival) }
            }
            if let peer = sources.peer, packet.says(byeOf: peer, in: bytes) { out.append(.bye) }
        }
    }

    private mutating func take(_ block: ReportBlock, at arrival: Instant) {
        remoteLossFraction = Double(block.loss.fraction) / 256
        remoteJitter = block.jitter
        if let measured = block.roundTrip(at: NTPTimestamp(arrival)) { roundTrip = measured }
    }

    /// Whether a report is due.
    mutating func isDue(at now: Instant, random: UInt64) -> Bool { schedule.isDue(at: now, random: random) }

    /// Appends a report and the CNAME, and BYE when the session ends.
    mutating func write(
        _ sender: MediaSender, _ receiver: inout MediaReceiver, at now: Instant, bye: Bool, to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        // A sender is who has sent since the report before the last one (§6.3.8).
        let isSender = sender.packets > sentBefore.previous
        let block = block(about: &receiver, at: now)
        RTCPWriter.report(sender.ssrc, isSender ? sender.info(at: now) : nil, block, to: &bytes)
        RTCPWriter.cname(cname, of: sender.ssrc, to: &bytes)
        if bye { RTCPWriter.bye(sender.ssrc, to: &bytes) }
        sentBefore = (sender.packets, hasReported ? sentBefore.last : 0)
        hasReported = true
        schedule.count(bytes.count - start)
    }

    /// A block about the peer, if it was heard since the last report (§6.4).
    private mutating func block(about receiver: inout MediaReceiver, at now: Instant) -> ReportBlock? {
        guard let source = receiver.source, receiver.packets > receivedBefore else { return nil }
        receivedBefore = receiver.packets
        let since = lastSenderReport.map { NTPTimestamp.shortUnits(now - $0.arrival) }
        return ReportBlock(
            source: source, loss: receiver.tracker.report(), jitter: receiver.tracker.jitter,
            lastSenderReport: lastSenderReport?.middle ?? 0, delaySinceLast: since ?? 0)
    }
}
