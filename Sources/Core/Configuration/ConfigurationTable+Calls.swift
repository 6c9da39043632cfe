// Keys about signalling, addresses, TLS and audio. `idle` marks what parts that are not built yet will read.
extension ConfigurationTable {
    static let signalling = [
        Key("sip_port", .port, \.signalling.port, "The port that Contact and Via announce"),
        Key(
            "sip_port_listen", optional: .port, \.signalling.portListen, "The port that is bound, UDP and TCP",
            default: "`sip_port`", inForce: { .integer(Int($0.signalling.boundPort)) }),
        Key(
            "sip_hostname", .hostTemplate, \.signalling.hostname,
            "The host in Contact over TLS; `${IP}` in it becomes the signalling address with `-` for `.` and `:`"
        ).idle("SIP over TLS is not built yet"),
        Key(
            "sip_ringing_interval", .duration(.seconds(1) ... .seconds(60)), \.signalling.ringingInterval,
            "How often a caller who waits gets 180 (Ringing) again", reload: .newCalls),
        Key(
            "outbound_route_headers", .routes, \.signalling.outboundRoutes,
            "Route headers of outgoing calls, prepended in order, for calls with the feature flag "
                + "`sip.outbound_route_headers`"
        ).idle("feature flags come with the RPC of LiveKit servers"),
        Key(
            "tcp.dial_port", optional: .ports, \.signalling.tcpDialPorts, "Source ports of outgoing TCP connections",
            default: "the kernel's choice"),
        Key(
            "udp_max_payload", .count(0...65_507), \.signalling.udpMaximumPayload,
            "The most bytes of a datagram that carries SIP; 0 is 1500. Requests within 200 bytes of it go by TCP"
        ),
        Key(
            "hide_inbound_port", .flag, \.signalling.hidesInboundPort,
            "Answer callers that no trunk knows with nothing at all, neither 100 nor a refusal", reload: .newCalls),
        Key(
            "disable_rejected_invite_cache", .flag, \.signalling.disablesRejectedInviteCache,
            "Decide again about an INVITE that repeats the Call-ID and From tag of a refused one", reload: .newCalls
        ).idle("no refusal is remembered: every INVITE is decided anew, as with `true`"),
        Key(
            "add_record_route", .flag, \.signalling.addsRecordRoute, "Add Record-Route with our Contact to responses",
            reload: .newCalls),
        Key(
            "experimental.inbound_wait_ack", .flag, \.signalling.waitsForACK,
            "Join the room only when the ACK of the answer is there", reload: .newCalls),
    ]

    static let addresses = [
        Key("listen_ip", .address, \.addresses.listen, "The address that signalling is bound to"),
        Key(
            "local_net", optional: .block, \.addresses.localNet,
            "The network that holds the address of ours to announce, on a machine with several",
            default: "the one that the peer is reached from"),
        Key(
            "use_external_ip", .flag, \.addresses.usesExternal,
            "Ask a STUN server for the address to announce, at the start"
        ),
        Key(
            "nat_1_to_1_ip", optional: .address, \.addresses.nat, "The address that peers see, behind a 1:1 NAT",
            default: "none"),
        Key(
            "media_use_external_ip", .flag, \.addresses.mediaUsesExternal,
            "Ask a STUN server for the address in SDP, at the start"
        ),
        Key(
            "stun_servers", .endpoints, \.addresses.stunServers,
            "Who is asked, in this order: one that answers is enough"),
        Key(
            "media_nat_1_to_1_ip", optional: .address, \.addresses.mediaNAT,
            "The address in SDP, when it is not that of signalling", default: "that of signalling"),
    ]

    static let tls = [
        Key("tls.port", .port, \.tls.port, "The port that is announced for SIP over TLS"),
        Key(
            "tls.port_listen", optional: .port, \.tls.portListen, "The TCP port that is bound for it",
            default: "`tls.port`", inForce: { .integer(Int($0.tls.boundPort)) }),
        Key(
            "tls.certs", .certificates, \.tls.certificates,
            "Certificate chains with their keys, PEM files; TLS is off without one", reload: .now),
        Key("tls.key_log", .path, \.tls.keyLog, "Where session keys are written, for debugging", default: "nowhere"),
        Key(
            "tls.min_version", optional: .choice(), \.tls.minimumVersion, "The lowest version of TLS",
            default: "the library's"),
        Key(
            "tls.max_version", optional: .choice(), \.tls.maximumVersion, "The highest version of TLS",
            default: "the library's"),
        Key(
            "tls.cipher_suites", .list(of: "cipher suites"), \.tls.cipherSuites,
            "Cipher suites up to TLS 1.2", default: "the library's"),
        Key(
            "tls.alpn", .list(of: "protocol names"), \.tls.alpn,
            "Protocols offered in the handshake; an empty list offers none"),
    ].map { $0.idle("SIP over TLS is not built yet") }

    static let media = [
        Key("rtp_port", .ports, \.media.rtpPorts, "UDP ports for RTP: even ones, with RTCP on the odd ones above"),
        Key(
            "media_timeout", .duration(.zero ... .seconds(600)), \.media.timeout,
            "A call without RTP for this long is hung up; 0s never", reload: .newCalls),
        Key(
            "media_timeout_initial", .duration(.zero ... .seconds(600)), \.media.initialTimeout,
            "The same until the first packet has come", reload: .newCalls),
        Key(
            "symmetric_rtp", .flag, \.media.isSymmetric,
            "Send RTP to where it comes from, also when that changes during a call; otherwise only until the peer's first "
                + "packets have shown where it is", reload: .newCalls),
        Key(
            "ignore_local_addr_in_sdp", .flag, \.media.ignoresLocalAddresses,
            "Do so where SDP holds a private address", reload: .newCalls),
        Key(
            "rtp_draining_idle_timeout", .switchable(.seconds(30)), \.media.drainIdle,
            "How long the ports of an ended call are left alone, so that its last packets reach no other call; negative for not "
                + "at all. Where none is left, the one that has rested longest is taken after 5s"),
        Key(
            "rtp_draining_duration", .switchable(.seconds(600)), \.media.drainLimit,
            "The same: the shorter of the two counts"),
        Key(
            "codecs", .codecs, \.media.codecs, "Codecs to switch on or off, by name and clock rate",
            reload: .newCalls),
        Key(
            "enable_opus", .flag, \.media.offersOpus, "Offer Opus to phones, before the others", reload: .newCalls
        ).idle("Opus on the phone side is not built yet"),
        Key(
            "opus.bitrate", .count(0...510_000), \.opus.bitrate, "Bits per second; 0 leaves it to the library",
            reload: .newCalls
        ).idle("Opus on the phone side is not built yet"),
        Key(
            "opus.complexity", .count(0...10), \.opus.complexity,
            "How hard the encoder works, up to 10; 0 leaves it to the library",
            reload: .newCalls
        ).idle("Opus on the phone side is not built yet"),
        Key("opus.fec", .flag, \.opus.correctsErrors, "In-band forward error correction", reload: .newCalls)
            .idle("Opus on the phone side is not built yet"),
        Key(
            "opus.packet_loss_percent", .count(0...100), \.opus.packetLossPercent,
            "The loss that error correction expects", reload: .newCalls
        ).idle("Opus on the phone side is not built yet"),
        Key(
            "audio_dtmf", .flag, \.media.playsDTMF,
            "Play digits as tones to a peer that takes no telephone-events", reload: .newCalls),
        Key(
            "enable_jitter_buffer", .flag, \.media.hasJitterBuffer, "Reorder what comes late", reload: .newCalls
        ).idle("every call has an adaptive jitter buffer, which costs nothing while packets come in order"),
        Key(
            "enable_jitter_buffer_prob", .fraction(0...1), \.media.jitterBufferProbability,
            "The share of calls for which that holds", reload: .newCalls
        ).idle("every call has an adaptive jitter buffer, which costs nothing while packets come in order"),
        Key(
            "recording_dir", .directory, \.media.recordingDirectory,
            "Record every call to a WAV file in this directory", reload: .newCalls, default: "no recording"),
    ]
}
