internal import Core

/// What Prometheus sees of the calls.
extension BridgeWorker {
    /// A call began. The door counts the INVITEs that come in.
    func countStart(_ live: LiveCall) {
        let direction = live.snapshot.direction
        if direction == .outbound { metrics.inviteRequests[.outbound] += 1 }
        metrics.trunks[slot(live)].active += 1
    }

    /// The answer to an offer of ours names the codec that was agreed; other peers' offers are counted by the door.
    func countPlan(_ plan: MediaPlan, of key: CallKey) {
        guard let live = calls[key], live.snapshot.direction == .outbound, live.payloadTypes == nil else { return }
        let provider = MetricProvider(trunk: live.record.trunkID)
        metrics.sdpParsed[.outbound].add(provider)
        metrics.codecsOffered[.outbound].add(.init(provider, MetricCodec(plan.codec.name.utf8.map { $0 })))
    }

    func countAnswer(_ live: LiveCall) {
        let direction = live.snapshot.direction
        metrics.trunks[slot(live)].accepted += 1
        let time = Self.wallTime - live.snapshot.startedAt
        metrics.joinDuration[direction].observe(time)
        metrics.observe(.sipAccept, direction, time)
    }

    func countEnd(_ live: LiveCall, _ end: CallEnd, _ last: LegStatistics?) {
        let direction = live.snapshot.direction
        let now = Self.wallTime
        let slot = slot(live)
        let isUnanswered = direction == .outbound && live.snapshot.answeredAt == nil
        let failure = isUnanswered ? CallFailure(end) : nil
        let (result, reason) = failure.map { ($0.result, $0.reason) } ?? end.metric(direction)
        metrics.trunks[slot].active -= 1
        metrics.sessionDuration[direction].observe(now - live.snapshot.startedAt)
        metrics.observe(.session, direction, now - live.snapshot.startedAt)
        if let answered = live.snapshot.answeredAt {
            metrics.callDuration[direction].observe(now - answered)
            metrics.observe(.call, direction, now - answered)
        } else {
            metrics.trunks[slot].errors.add(reason)
        }
        metrics.trunks[slot].terminated.add(.init(result, reason))
        guard let last else { return }
        if let types = live.payloadTypes {
            metrics.trunks[slot].packets.add(.init(.send, types.sent), Int(clamping: last.packetsSent))
            let received = types.received ?? types.sent
            metrics.trunks[slot].packets.add(.init(.recv, received), Int(clamping: last.packetsReceived))
        }
        let expected = Double(last.packetsReceived) + Double(max(0, last.packetsLost))
        if expected > 0 { metrics.loss[direction].observe(Double(max(0, last.packetsLost)) / expected) }
        metrics.jitter[direction].observe(last.jitterMs / 1000)
        metrics.packetsLost[direction] += Int(max(0, last.packetsLost))
        metrics.packetsLate[direction] += Int(clamping: last.packetsLate)
        metrics.framesConcealed[direction] += Int(clamping: last.framesConcealed)
    }

    private func slot(_ live: LiveCall) -> TrunkSeriesTable.Slot {
        let id = live.snapshot.trunkID
        return metrics.trunks.slot(live.snapshot.direction, id.isEmpty ? nil : TrunkID(id))
    }

    /// The page for a scrape.
    func metricsPage() -> [UInt8] {
        var process = ProcessMetrics(nodeID: instance.description)
        process.isAvailable = draining == nil && shortage == nil
        process.cpuTime = SystemClock.processCPU()
        process.startTime = Double(startedAt.nanoseconds) / 1e9
        process.version = settings.version
        process.labels = settings.metrics.labels
        let now = SystemClock.now()
        let elapsed = Double((now - lastScrape.time).nanoseconds) * Double(WorkerThread.availableCPUs)
        if elapsed > 0 { process.cpuLoad = min(1, Double((process.cpuTime - lastScrape.cpu).nanoseconds) / elapsed) }
        lastScrape = (now, process.cpuTime)
        var own = metrics
        (own.name, own.mailboxDepth) = ("bridge", mailbox.depth)
        own.refusalsUnrecorded = journal.unrecorded + (door?.unrecorded ?? 0)
        if let door { own.merge(door.metrics) }
        return MetricsPage.text((stack?.metrics ?? []) + [own], process)
    }
}

extension CallEnd {
    /// How and why a call ended, in the words of the metrics.
    fileprivate func metric(_ direction: CallDirection) -> (result: MetricResult, reason: MetricReason) {
        switch reason {
        case .localHangup, .remoteHangup: (.success, .word(.hangup))
        case .cancelled: (.success, .word(.cancelled))
        case .busy, .declined, .rejected, .unauthorized:
            direction == .outbound ? MetricReason.outbound(status: status ?? 0) : (.clientError, .status(status ?? 0))
        case .noAnswer: (.clientError, .word(.noAnswer))
        case .unreachable: (.upstreamError, .word(.upstreamNoResponse))
        case .mediaTimeout: (.success, .word(.mediaTimeout))
        case .maximumDuration: (.success, .word(.maximumDuration))
        case .noCommonMedia: (.clientError, .word(.noCommonCodec))
        case .noAck: (.clientError, .word(.noAck))
        case .shutdown: (.serverError, .word(.serverShutdown))
        case .protocolError, .localFailure: (.serverError, .word(.other))
        }
    }
}
