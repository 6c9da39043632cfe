internal import Core

/// What Prometheus sees of the calls.
extension BridgeWorker {
    /// A call began, or was refused before it could.
    func countStart(_ live: LiveCall) {
        let direction = live.snapshot.direction
        metrics.inviteRequests[direction] += 1
        metrics.trunks[slot(live)].active += 1
    }

    func countRefusal(_ status: Int) {
        metrics.inviteRequests[.inbound] += 1
        let reason: MetricReason =
            switch status {
            case 401, 407: .word(.unauthorized)
            case 403: .word(.noTrunk)
            case 404: .word(.noRule)
            case 503 where draining != nil: .word(.draining)
            case 503: shortage == nil ? .word(.rateLimited) : .word(.overload)
            default: .status(status)
            }
        metrics.refused.add(reason)
        metrics.trunks[metrics.trunks.slot(.inbound, nil)].errors.add(reason)
    }

    func countAnswer(_ live: LiveCall) {
        let direction = live.snapshot.direction
        metrics.trunks[slot(live)].accepted += 1
        metrics.joinDuration[direction].observe(Self.wallTime - live.snapshot.startedAt)
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
        if let answered = live.snapshot.answeredAt {
            metrics.callDuration[direction].observe(now - answered)
        } else {
            metrics.trunks[slot].errors.add(reason)
        }
        metrics.trunks[slot].terminated.add(.init(result, reason))
        guard let last else { return }
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
        metrics.refusalsUnrecorded = journal.unrecorded
        let media = (stack?.mediaFigures ?? []).map { figures in
            var worker = WorkerMetrics()
            worker.tickLateness = figures.lateness.histogram
            return worker
        }
        return MetricsPage.text([metrics] + media, process)
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
