internal import Core
internal import IO

/// What `serve` runs with: the configuration, and what stands on the command line above it.
struct ServeSetup {
    let configuration: Configuration
    /// Whether there is a configuration at all: without one the defaults are those of somebody who tries it out.
    let isConfigured: Bool
    let stack: StackConfiguration
    let settings: BridgeSettings

    init(_ options: ParsedOptions, _ configuration: Configuration, isConfigured: Bool) {
        (self.configuration, self.isConfigured) = (configuration, isConfigured)
        let typed = options[Serve.listen]
        let listen =
            typed
            ?? (isConfigured
                ? SocketAddress(configuration.addresses.listen, configuration.signalling.boundPort)
                : SocketAddress(.loopback, 5060))
        stack = Self.stack(options, configuration, listen, isConfigured)
        settings = Self.settings(
            options, configuration, isConfigured: isConfigured, demonstrates: !isConfigured && listen.ip.isLoopback)
    }

    /// What to log; nil without a configuration, where the console says enough.
    var logging: Configuration.Logging? { isConfigured ? configuration.logging : nil }

    /// How long calls may go on after SIGTERM; nil for as long as they last.
    var drainDeadline: Duration? { settings.drainDeadline }

    private static func stack(
        _ options: ParsedOptions, _ configuration: Configuration, _ listen: SocketAddress, _ isConfigured: Bool
    ) -> StackConfiguration {
        var stack = StackConfiguration()
        stack.listen = listen
        stack.sharesPort = true
        let workers = configuration.workers == 0 ? WorkerThread.availableCPUs : configuration.workers
        stack.workers = options[Serve.workers] ?? min(workers, 64)
        stack.rtpPorts = options[MediaOptions.rtpPorts]?.range ?? configuration.media.rtpPorts
        stack.rtpRest = min(configuration.media.drainIdle ?? .zero, configuration.media.drainLimit ?? .zero)
        stack.dialPorts = configuration.signalling.tcpDialPorts
        // Room for what is added on the way: IP and UDP headers, Via of proxies (livekit/sip, udp_max_payload).
        let datagram = configuration.signalling.udpMaximumPayload
        stack.agent.identity.largestDatagram = max(0, (datagram == 0 ? 1500 : datagram) - 200)
        stack.agent.rules.retryAfter = configuration.admission.retryAfter
        stack.agent.rules.addsRecordRoute = configuration.signalling.addsRecordRoute
        return stack
    }

    private static func settings(
        _ options: ParsedOptions, _ configuration: Configuration, isConfigured: Bool, demonstrates: Bool
    ) -> BridgeSettings {
        var settings = BridgeSettings()
        settings.gate.refusals = configuration.refusalPolicy
        settings.gate.limits = configuration.sources
        settings.gate.digest = configuration.digest
        settings.pin = configuration.pin
        settings.ringingInterval = configuration.signalling.ringingInterval
        settings.roomAnswer = configuration.rooms.localAnswer
        settings.recordLimits.age = configuration.state.recordAge == .zero ? nil : configuration.state.recordAge
        settings.recordLimits.count = configuration.state.recordCount == 0 ? nil : configuration.state.recordCount
        let admission = configuration.admission
        (settings.rules.retryAfter, settings.gate.retryAfter) = (admission.retryAfter, admission.retryAfter)
        settings.load.maximumCPU = admission.maximumCPU
        settings.load.maximumTickLateness = admission.maximumTickLateness
        settings.maximumCalls = admission.maximumCalls > 0 ? admission.maximumCalls : nil
        settings.gate.trunks = Set(admission.trunkIDs.map { TrunkID($0) })
        settings.drainDeadline = configuration.drain.deadline == .zero ? nil : configuration.drain.deadline
        settings.demonstrates = demonstrates
        let named = options[MediaOptions.codec].map(\.codec)
        settings.codecs = named.isEmpty ? codecs(configuration.media.codecs) : named
        settings.media = mediaRules(options, configuration, isConfigured: isConfigured)
        settings.rules.addsRecordRoute = configuration.signalling.addsRecordRoute
        let directory = configuration.media.recordingDirectory
        settings.recordingDirectory = options[Serve.record]?.text ?? (directory.isEmpty ? nil : directory)
        settings.metrics = (configuration.http.labels, configuration.http.labelValues)
        settings.version = Version.current
        settings.manager = ServiceManager.current.isThere ? .current : nil
        return settings
    }

    private static func mediaRules(
        _ options: ParsedOptions, _ configuration: Configuration, isConfigured: Bool
    ) -> MediaRules {
        var rules = MediaRules()
        if isConfigured {
            (rules.timeout, rules.initialTimeout) = (configuration.media.timeout, configuration.media.initialTimeout)
        }
        if let typed = options[Serve.mediaTimeout] { (rules.timeout, rules.initialTimeout) = (typed, typed) }
        if rules.timeout == .zero { rules.timeout = nil }
        if rules.initialTimeout == .zero { rules.initialTimeout = nil }
        rules.followsSource = configuration.media.isSymmetric
        rules.followsPrivate = configuration.media.ignoresLocalAddresses
        rules.waitsForACK = configuration.signalling.waitsForACK
        rules.playsDigits = configuration.media.playsDTMF
        return rules
    }

    /// The codecs that are not switched off.
    private static func codecs(_ switches: [CodecSwitch]) -> [AudioCodec] {
        AudioCodec.supported.filter { codec in
            let named = switches.last { one in
                one.name.lowercased() == codec.name.lowercased()
                    && (one.clockRate == 0 || one.clockRate == codec.clockRate)
            }
            return named?.isOn ?? true
        }
    }

    /// Five lines of how to call it.
    func greet(_ terminal: Terminal, _ address: SocketAddress) {
        let host = address.port == 5060 ? "\(address.ip)" : "\(address)"
        terminal.note("sipctl serves udp and tcp \(address) with \(stack.workers) workers; Ctrl-C ends it")
        if settings.demonstrates {
            terminal.note("  join the room NAME:  sip:NAME@\(host)")
            terminal.note("  hear yourself:       sip:echo@\(host)")
            terminal.note("  hear a tone:         sip:tone@\(host)")
            terminal.note("  try it:              sipctl dial sip:echo@\(host) --tone 440 --duration 3s")
        } else {
            terminal.note("  calls go where trunks and rules say: sipctl trunk list, sipctl dispatch-rule list")
            terminal.note(
                "  why a call is refused:               sipctl dispatch-rule explain --from … --to … --source …")
            terminal.note("  what goes on:                        sipctl call list --watch")
            terminal.note("  ending it without losing a call:     sipctl drain --wait")
        }
    }

    /// Says which servers were there already.
    func tell(of others: [ServerStatus], isReplacing: Bool, _ terminal: Terminal) {
        for other in others where other.state == .serving {
            let words = "another server runs here: \(other.words)"
            terminal.note(words + (isReplacing ? "; it drains now" : ""))
            if !isReplacing { terminal.note("  let it end after its calls: sipctl drain --pid \(other.pid) --wait") }
        }
        for other in others where other.state == .draining {
            terminal.note("another server still has calls: \(other.words)")
        }
    }
}

extension ServeSetup {
    /// The configuration read anew: what to run with from now on, and what that changes.
    func reloaded(_ options: ParsedOptions) throws(Failure) -> (ServeSetup, ReloadReport) {
        let source = ConfigurationOptions(options)
        guard source.source != .file("-") else {
            throw Failure(.local, "it came by standard input, which cannot be read a second time")
        }
        let new = try source.load().configuration
        let report = ReloadReport(
            Configuration.changes(from: configuration, to: new), overridden: Self.overridden(options))
        return (ServeSetup(options, configuration.reloaded(from: new), isConfigured: isConfigured), report)
    }

    /// The keys that the command line decides.
    private static func overridden(_ options: ParsedOptions) -> Set<String> {
        var keys: Set<String> = []
        if options[GlobalOptions.logLevel] != nil { keys.formUnion(["logging.level", "logging.component_levels"]) }
        if options[Serve.listen] != nil { keys.formUnion(["listen_ip", "sip_port_listen"]) }
        if options[Serve.workers] != nil { keys.insert("workers") }
        if options[Serve.record] != nil { keys.insert("recording_dir") }
        if options[MediaOptions.rtpPorts] != nil { keys.insert("rtp_port") }
        if options[Serve.mediaTimeout] != nil { keys.formUnion(["media_timeout", "media_timeout_initial"]) }
        if !options[MediaOptions.codec].isEmpty { keys.insert("codecs") }
        return keys
    }
}

extension ReloadReport {
    /// For the log.
    var event: LogEvent {
        LogEvent(
            .info, "config.reloaded",
            [
                "reloaded": .text(reloaded.map(\.path).joined(separator: ",")),
                "needs_restart": .text(waiting.map(\.path).joined(separator: ",")),
            ])
    }
}
