package import Core
package import Media

/// How a stack runs: addresses, workers, limits.
package struct StackConfiguration: Sendable {
    /// Where SIP is received, over UDP and TCP.
    package var listen = SocketAddress(.loopback, 5060)
    package var workers = 1
    /// Whether another process may receive on the same address: so a new server starts before the old one has drained.
    package var sharesPort = false
    /// The bond with such processes; nil when there is none.
    package var handover: Handover?
    /// The RTP ports to use: even ones for RTP, the odd ones above them for RTCP.
    package var rtpPorts: ClosedRange<UInt16> = 10_000...20_000
    /// The address in Contact, Via and SDP when the peer must use another one than the socket's own.
    package var advertised: IPAddress?
    package var agent = UserAgent.Configuration()
    /// How long the ports of an ended call are left alone: packets on their way to it must not reach another.
    package var rtpRest: Duration = .seconds(5)
    /// The address in SDP, where it is not that of signalling.
    package var advertisedMedia: IPAddress?
    /// The source ports of outgoing TCP connections; nil leaves them to the kernel.
    package var dialPorts: ClosedRange<UInt16>?
    /// An idle TCP connection is closed after this long.
    package var connectionIdle: Duration = .seconds(300)

    /// Whether figures of every live call are reported twice a second.
    package var reportsStatistics = false

    /// Whether to look at a request over UDP at all, asked before it is parsed: on the workers' threads, must not block. Nil looks at
    /// everything.
    package var admits: (@Sendable (LimitedRequest, IPAddress, Instant) -> SourceLimits.Verdict)?

    /// Where events, refusals and, at level trace, messages are logged.
    package var log: LogSink?

    package init() {}
}

/// What a stack tells its owner. Sent from the workers' threads.
package enum StackEvent: Sendable {
    case incoming(CallKey, IncomingCall)
    case progress(CallKey, CallProgress)
    /// A provisional response above 100, or the 2xx, to the INVITE that began a call of ours; comes before what it means.
    case response(CallKey, Message)
    case media(CallKey, MediaPlan)
    case digit(CallKey, DTMFDigit, Duration)
    /// The audio to play has ended.
    case playedOut(CallKey)
    /// What `SIPStack.play` was given was played to its end.
    case promptPlayed(CallKey)
    /// Figures of a live call, twice a second.
    case statistics(CallKey, LegStatistics)
    /// Something on this machine failed that the call survives: a recording, a child process.
    case fault(CallKey, String)
    case ended(CallKey, CallEnd, LegStatistics?)
    /// A request got a failure with this status, 0 for no response at all. Not every one of a flood of them is reported.
    case refused(Flow, Int, String)
    /// The same, of an INVITE that would have begun a call: refused with this status before anything was decided about it, and why.
    case turnedAway(IncomingCall, Int, String)
    /// The last call of a draining stack has ended, or it was stopped.
    case drained
}

/// A call that was placed.
package struct DialledCall: Sendable {
    package let key: CallKey
    /// Of its dialog.
    package let callID: CallID
}

/// What the owner wants done with an incoming call.
package enum IncomingDecision: Sendable {
    /// With more header fields in the 200 (OK), and limits of its own.
    case answer(LegProgram, headers: [(name: String, value: String)] = [], limits: Call.Limits? = nil)
    /// The same when `SIPStack.answer` says so, with 180 (Ringing) at once and again after each `every`. A call that could not
    /// be answered so is refused at once.
    case ring(
        LegProgram, every: Duration, headers: [(name: String, value: String)] = [], limits: Call.Limits? = nil)
    /// `SIPStack.decide` says what; until then 180 at once and again after each `every`, or with nil nothing.
    case later(every: Duration?)
    /// A final status of 300 or above, the reason for people, and more header fields.
    case refuse(Int, String, headers: [(HeaderName, String)] = [])
    /// The same for somebody who has shown no right to call: one response, of which nothing is kept.
    case dismiss(Int, String, headers: [(HeaderName, String)] = [])
    /// Forget it without a response, for this reason.
    case silence(String)
}

/// Figures of a call's media, in the units of their names.
package struct LegStatistics: Sendable {
    package var codec = ""
    package var durationMs: Int64 = 0
    package var packetsSent: UInt64 = 0
    package var packetsReceived: UInt64 = 0
    package var packetsLost: Int64 = 0
    package var packetsLate: UInt64 = 0
    package var packetsRefused: UInt64 = 0
    package var jitterMs = 0.0
    package var roundTripMs: Double?
    package var levelInDBov = -127.0
    package var levelOutDBov = -127.0
    package var framesConcealed: UInt64 = 0
    /// The file of the recording that runs, or of the last one; nil when there was none.
    package var recordingPath: String?
    /// Whether what the peer says reaches that file.
    package var isRecording = false

    package init() {}
}
