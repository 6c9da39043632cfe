/// The page that Prometheus scrapes: the families of livekit/sip under their names, then ours.
package enum MetricsPage {
    /// The labels that samples have by themselves: no other may have their names.
    package static let labelNames: Set<String> = [
        "codec", "dir", "le", "node_id", "node_type", "op", "payload", "provider", "reason", "result", "stage", "to",
        "type", "version", "worker",
    ]

    /// Writes the page.
    /// - Parameter workers: a copy of each worker's, in the order of the workers.
    package static func text(_ workers: [WorkerMetrics], _ process: ProcessMetrics) -> [UInt8] {
        var sum = WorkerMetrics()
        for worker in workers { sum.merge(worker) }
        let own = process.labels.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        var writer = PrometheusWriter(constant: [("node_id", process.nodeID)] + own)
        calls(sum, to: &writer)
        durations(sum, to: &writer)
        descriptions(sum, to: &writer)
        transfers(sum, to: &writer)
        node(process, to: &writer)
        media(sum, to: &writer)
        signalling(sum, to: &writer)
        gauges(workers, to: &writer)
        return writer.bytes
    }

    // MARK: livekit/sip's

    private static func calls(_ sum: WorkerMetrics, to writer: inout PrometheusWriter) {
        let trunks = sum.trunks.sorted
        writer.family("livekit_sip_invite_requests_raw", .counter, "INVITEs as they came.")
        writer.sample(sum.inviteRequestsRaw)
        writer.family("livekit_sip_invite_requests", .counter, "INVITEs that were looked at or sent.")
        directions(sum.inviteRequests, to: &writer)
        writer.family("livekit_sip_invite_accepted", .counter, "INVITEs that became calls, by trunk.")
        for one in trunks { writer.sample(one.accepted, dir(one), to(one)) }
        writer.family("livekit_sip_invite_error", .counter, "INVITEs that failed, by trunk and reason.")
        for one in trunks {
            for (reason, count) in byLabel(one.errors, \.label) {
                writer.sample(count, dir(one), to(one), ("reason", reason))
            }
        }
        writer.family("livekit_sip_calls_active", .gauge, "Calls now, by trunk.")
        for one in trunks { writer.sample(one.active, dir(one), to(one)) }
        writer.family("livekit_sip_calls_terminated", .counter, "Calls that ended, by trunk, result and reason.")
        for one in trunks {
            for (labels, count) in byLabel(one.terminated, { "\($0.result.rawValue) \($0.reason.label)" }) {
                let parts = labels.split(separator: " ", maxSplits: 1)
                writer.sample(
                    count, dir(one), to(one), ("result", String(parts[0])), ("reason", String(parts[1])))
            }
        }
        writer.family("livekit_sip_calls_termination_failures", .counter, "Calls that could not be ended properly.")
        directions(sum.callsTerminationFailures, to: &writer)
        writer.family("livekit_sip_packets_rtp", .counter, "RTP packets, by trunk and payload type.")
        for one in trunks {
            let entries = one.packets.entries.sorted {
                ($0.key.operation.rawValue, $0.key.payloadType) < ($1.key.operation.rawValue, $1.key.payloadType)
            }
            for entry in entries {
                writer.sample(
                    entry.count, dir(one), to(one), ("op", entry.key.operation.rawValue),
                    ("payload", "\(entry.key.payloadType)"))
            }
        }
    }

    private static func durations(_ sum: WorkerMetrics, to writer: inout PrometheusWriter) {
        writer.family("livekit_sip_dur_session_sec", .histogram, "From the INVITE to the end.")
        directions(sum.sessionDuration, to: &writer)
        writer.family("livekit_sip_dur_call_sec", .histogram, "From the answer to the end.")
        directions(sum.callDuration, to: &writer)
        writer.family("livekit_sip_dur_check_sec", .histogram, "From the INVITE to the decision about it.")
        directions(sum.checkDuration, to: &writer)
        writer.family("livekit_sip_dur_join_sec", .histogram, "From the INVITE to the room.")
        directions(sum.joinDuration, to: &writer)
        writer.family("livekit_sip_stage_dur_sec", .histogram, "Steps of a call.")
        let stages = sum.stages.sorted {
            ($0.direction.metricLabel, $0.stage.rawValue) < ($1.direction.metricLabel, $1.stage.rawValue)
        }
        for one in stages {
            writer.histogram(
                one.duration, ("dir", one.direction.metricLabel), ("stage", one.stage.rawValue))
        }
    }

    private static func descriptions(_ sum: WorkerMetrics, to writer: inout PrometheusWriter) {
        writer.family("livekit_sip_sdp_size_bytes", .histogram, "Sizes of session descriptions.")
        writer.histogram(sum.answerSize, ("type", "answer"))
        writer.histogram(sum.offerSize, ("type", "offer"))
        writer.family("livekit_sip_sdp_parsed_total", .counter, "Session descriptions that were read.")
        for (label, tally) in sum.sdpParsed.labelled {
            for provider in MetricProvider.allCases {
                writer.sample(tally[provider], ("dir", label), ("provider", provider.rawValue))
            }
        }
        writer.family("livekit_sip_codec_offered_total", .counter, "Codecs that were offered.")
        for (label, tally) in sum.codecsOffered.labelled {
            for provider in MetricProvider.allCases {
                let own = tally.filtered { $0.provider == provider }
                for (codec, count) in byLabel(own, \.codec.label) {
                    writer.sample(count, ("dir", label), ("provider", provider.rawValue), ("codec", codec))
                }
            }
        }
    }

    private static func transfers(_ sum: WorkerMetrics, to writer: inout PrometheusWriter) {
        writer.family("livekit_sip_transfers_total", .counter, "Transfers that were begun.")
        directions(sum.transfers, to: &writer)
        writer.family("livekit_sip_transfers_succeeded_total", .counter, "Transfers that succeeded.")
        directions(sum.transfersSucceeded, to: &writer)
        writer.family("livekit_sip_transfers_failed_total", .counter, "Transfers that failed, by reason.")
        for (label, tally) in sum.transfersFailed.labelled {
            for (reason, count) in byLabel(tally, \.label) { writer.sample(count, ("dir", label), ("reason", reason)) }
        }
        writer.family("livekit_sip_transfers_active", .gauge, "Transfers now.")
        directions(sum.transfersActive, to: &writer)
    }

    private static func node(_ process: ProcessMetrics, to writer: inout PrometheusWriter) {
        writer.family("livekit_sip_available", .gauge, "1 while new calls are taken.")
        writer.sample(process.isAvailable ? 1 : 0)
        writer.family("livekit_node_cpu_load", .gauge, "CPU in use, of all cores.")
        writer.sample(process.cpuLoad, ("node_type", "SIP"))
        writer.family("process_cpu_seconds_total", .counter, "CPU time of the process.")
        writer.sample(process.cpuTime.inSeconds)
        writer.family("process_start_time_seconds", .gauge, "When the process started, since 1970.")
        writer.sample(process.startTime)
        writer.family("sipctl_build_info", .gauge, "1, with the version.")
        writer.sample(1, ("version", process.version))
    }

    // MARK: Ours

    private static func media(_ sum: WorkerMetrics, to writer: inout PrometheusWriter) {
        writer.family("sipctl_tick_lateness_seconds", .histogram, "How late the 20 ms tick of media began.")
        writer.histogram(sum.tickLateness)
        writer.family("sipctl_rtp_jitter_seconds", .histogram, "Interarrival jitter of received streams.")
        directions(sum.jitter, to: &writer)
        writer.family("sipctl_rtp_loss_ratio", .histogram, "Share of received streams that was lost.")
        directions(sum.loss, to: &writer)
        writer.family("sipctl_rtp_packets_total", .counter, "RTP packets of all calls, running ones included.")
        writer.sample(sum.rtp.sent, ("op", MetricPacketDirection.send.rawValue))
        writer.sample(sum.rtp.received, ("op", MetricPacketDirection.recv.rawValue))
        writer.family("sipctl_rtp_packets_refused_total", .counter, "RTP packets from elsewhere than the peer.")
        writer.sample(sum.rtp.refused)
        writer.family("sipctl_rtp_packets_lost_total", .counter, "Packets that never came.")
        directions(sum.packetsLost, to: &writer)
        writer.family("sipctl_rtp_packets_late_total", .counter, "Packets that came after their turn.")
        directions(sum.packetsLate, to: &writer)
        writer.family("sipctl_frames_concealed_total", .counter, "Frames of 20 ms that were made up.")
        directions(sum.framesConcealed, to: &writer)
    }

    private static func signalling(_ sum: WorkerMetrics, to writer: inout PrometheusWriter) {
        writer.family("sipctl_refused_total", .counter, "Requests refused before a call existed, by reason.")
        for (reason, count) in byLabel(sum.refused, \.label) { writer.sample(count, ("reason", reason)) }
        writer.family(
            "sipctl_refusals_unrecorded_total", .counter, "Refused calls without a record: there were too many.")
        writer.sample(sum.refusalsUnrecorded)
        writer.family("sipctl_sip_requests_received_total", .counter, "SIP requests received.")
        writer.sample(sum.sip.requestsReceived)
        writer.family("sipctl_sip_requests_sent_total", .counter, "SIP requests sent.")
        writer.sample(sum.sip.requestsSent)
        writer.family("sipctl_sip_responses_received_total", .counter, "SIP responses received.")
        writer.sample(sum.sip.responsesReceived)
        writer.family("sipctl_sip_malformed_total", .counter, "Messages that broke the grammar or a bound.")
        writer.sample(sum.sip.malformed)
        writer.family("sipctl_sip_stray_responses_total", .counter, "Responses to nothing that was asked.")
        writer.sample(sum.sip.strayResponses)
        writer.family("sipctl_sip_unacknowledged_total", .counter, "Final responses that no ACK followed.")
        writer.sample(sum.sip.unacknowledged)
    }

    private static func gauges(_ workers: [WorkerMetrics], to writer: inout PrometheusWriter) {
        let named = workers.enumerated().map { (label: $1.name ?? "\($0)", worker: $1) }
        writer.family("sipctl_mailbox_depth", .gauge, "Orders that wait for a worker.")
        for (label, worker) in named { writer.sample(worker.mailboxDepth, ("worker", label)) }
        writer.family("sipctl_transactions_active", .gauge, "SIP transactions alive in a worker.")
        for (label, worker) in named { writer.sample(worker.transactionsActive, ("worker", label)) }
        writer.family("sipctl_connections_active", .gauge, "TCP connections of a worker.")
        for (label, worker) in named { writer.sample(worker.connectionsActive, ("worker", label)) }
    }

    // MARK: Labels

    private static func dir(_ series: TrunkSeries) -> PrometheusWriter.Label { ("dir", series.direction.metricLabel) }

    private static func to(_ series: TrunkSeries) -> PrometheusWriter.Label { ("to", series.label) }

    private static func directions(_ counts: PerDirection<Int>, to writer: inout PrometheusWriter) {
        for (label, count) in counts.labelled { writer.sample(count, ("dir", label)) }
    }

    private static func directions(_ histograms: PerDirection<Histogram>, to writer: inout PrometheusWriter) {
        for (label, histogram) in histograms.labelled { writer.histogram(histogram, ("dir", label)) }
    }

    /// Sorted by label; keys that share one, such as `other`, are added up, because a series may be written once only.
    private static func byLabel<Key>(_ tally: Tally<Key>, _ label: (Key) -> String) -> [(label: String, count: Int)] {
        var counts: [String: Int] = [:]
        for entry in tally.entries { counts[label(entry.key), default: 0] += entry.count }
        return counts.sorted { $0.key < $1.key }.map { (label: $0.key, count: $0.value) }
    }
}
