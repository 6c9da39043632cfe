/// Everything one worker counts: plain values that it owns and that nobody else touches. A scrape gets a copy.
///
/// Counters are fields, and what has labels is an array or a short list found without hashing:
/// `metrics.inviteRequests[.inbound] += 1`, `metrics.trunks[slot].errors.add(.word(.noRule))`.
package struct WorkerMetrics: Sendable {
    /// The value of the label `worker` of its gauges; nil for its place among the workers.
    package var name: String?

    // MARK: livekit_sip_*

    /// INVITEs as they came, before anything looked at them.
    package var inviteRequestsRaw = 0
    package var inviteRequests = PerDirection(0)
    /// Accepted, failed, active and terminated calls and their packets, by trunk.
    package var trunks: TrunkSeriesTable
    package var callsTerminationFailures = PerDirection(0)
    package var sessionDuration = PerDirection(Histogram(.call))
    package var callDuration = PerDirection(Histogram(.call))
    package var checkDuration = PerDirection(Histogram(.operation))
    package var joinDuration = PerDirection(Histogram(.operation))
    package private(set) var stages: [Stage] = []
    package var offerSize = Histogram(.size)
    package var answerSize = Histogram(.size)
    package var sdpParsed = PerDirection(Tally<MetricProvider>())
    package var codecsOffered = PerDirection(Tally<OfferedCodec>())
    package var transfers = PerDirection(0)
    package var transfersSucceeded = PerDirection(0)
    package var transfersFailed = PerDirection(Tally<MetricReason>())
    package var transfersActive = PerDirection(0)

    // MARK: sipctl_*

    /// How late the 20 ms tick began.
    package var tickLateness = Histogram(.media)
    /// Interarrival jitter of the streams of calls (RFC 3550 §6.4.1): observed once a report interval or at the end of a call.
    package var jitter = PerDirection(Histogram(.media))
    /// Share of the packets of calls that were lost, likewise.
    package var loss = PerDirection(Histogram(.share))
    package var packetsLost = PerDirection(0)
    package var packetsLate = PerDirection(0)
    package var framesConcealed = PerDirection(0)
    /// Of all calls, those that still run included.
    package var rtp = RTPCounts()
    /// Requests that were refused before a call existed.
    package var refused = Tally<MetricReason>()
    /// Refused calls that got no record, because there were too many.
    package var refusalsUnrecorded = 0
    package var sip = SIPCounts()
    /// As they are when the copy is made.
    package var mailboxDepth = 0
    package var transactionsActive = 0
    package var connectionsActive = 0

    /// The duration of one step in one direction.
    package struct Stage: Sendable {
        package let stage: MetricStage
        package let direction: CallDirection
        package var duration = Histogram(.operation)
    }

    /// RTP packets of the sockets of a worker.
    package struct RTPCounts: Hashable, Sendable {
        package var sent = 0
        package var received = 0
        /// Received from elsewhere than the peer of the call.
        package var refused = 0

        package init() {}
    }

    /// What the endpoint has seen.
    package struct SIPCounts: Hashable, Sendable {
        package var requestsReceived = 0
        package var requestsSent = 0
        package var responsesReceived = 0
        package var malformed = 0
        package var strayResponses = 0
        /// Failures to INVITEs that were never acknowledged (Timer H).
        package var unacknowledged = 0

        package init() {}
    }

    /// - Parameter trunkSeries: how many trunks get series of their own.
    package init(trunkSeries: Int = TrunkSeriesTable.defaultLimit) { trunks = TrunkSeriesTable(limit: trunkSeries) }

    /// Counts the duration of a step.
    package mutating func observe(_ stage: MetricStage, _ direction: CallDirection, _ duration: Duration) {
        let known = stages.firstIndex { $0.stage == stage && $0.direction == direction }
        if known == nil { stages.append(Stage(stage: stage, direction: direction)) }
        stages[known ?? stages.count - 1].duration.observe(duration)
    }

    /// Counts a description of a peer: its size when it is an offer, and the codecs that it names.
    package mutating func count(
        offer description: ArraySlice<UInt8>, _ direction: CallDirection, _ provider: MetricProvider
    ) {
        guard !description.isEmpty else { return }
        offerSize.observe(Double(description.count))
        sdpParsed[direction].add(provider)
        for codec in OfferedCodecs(description).codecs { codecsOffered[direction].add(.init(provider, codec)) }
    }

    /// Adds another worker's. The gauges of a worker are not added up: they are written for each.
    package mutating func merge(_ other: Self) {
        inviteRequestsRaw += other.inviteRequestsRaw
        inviteRequests.merge(other.inviteRequests)
        trunks.merge(other.trunks)
        callsTerminationFailures.merge(other.callsTerminationFailures)
        sessionDuration.merge(other.sessionDuration)
        callDuration.merge(other.callDuration)
        checkDuration.merge(other.checkDuration)
        joinDuration.merge(other.joinDuration)
        mergeStages(other.stages)
        offerSize.merge(other.offerSize)
        answerSize.merge(other.answerSize)
        transfers.merge(other.transfers)
        transfersSucceeded.merge(other.transfersSucceeded)
        transfersActive.merge(other.transfersActive)
        for direction in [CallDirection.inbound, .outbound] {
            sdpParsed[direction].merge(other.sdpParsed[direction])
            codecsOffered[direction].merge(other.codecsOffered[direction])
            transfersFailed[direction].merge(other.transfersFailed[direction])
        }
        mergeOwn(other)
    }

    private mutating func mergeOwn(_ other: Self) {
        tickLateness.merge(other.tickLateness)
        jitter.merge(other.jitter)
        loss.merge(other.loss)
        packetsLost.merge(other.packetsLost)
        packetsLate.merge(other.packetsLate)
        framesConcealed.merge(other.framesConcealed)
        rtp.sent += other.rtp.sent
        rtp.received += other.rtp.received
        rtp.refused += other.rtp.refused
        refused.merge(other.refused)
        refusalsUnrecorded += other.refusalsUnrecorded
        sip.requestsReceived += other.sip.requestsReceived
        sip.requestsSent += other.sip.requestsSent
        sip.responsesReceived += other.sip.responsesReceived
        sip.malformed += other.sip.malformed
        sip.strayResponses += other.sip.strayResponses
        sip.unacknowledged += other.sip.unacknowledged
    }

    private mutating func mergeStages(_ others: [Stage]) {
        for other in others {
            let known = stages.firstIndex { $0.stage == other.stage && $0.direction == other.direction }
            if let known { stages[known].duration.merge(other.duration) } else { stages.append(other) }
        }
    }
}

/// What is known of the process as a whole when it is scraped.
package struct ProcessMetrics: Sendable {
    /// The value of the label `node_id`.
    package var nodeID: String
    /// Whether new calls are taken.
    package var isAvailable = false
    /// CPU in use, in 0…1 of all cores.
    package var cpuLoad = 0.0
    /// CPU time used since the start.
    package var cpuTime = Duration.zero
    /// The wall clock at the start, seconds since 1970 UTC.
    package var startTime = 0.0
    /// Labels of the operator, for every sample.
    package var labels: [String: String] = [:]
    /// The version of the program.
    package var version = ""

    package init(nodeID: String) { self.nodeID = nodeID }
}
