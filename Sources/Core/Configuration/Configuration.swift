/// Everything that `sipctl serve` can be told by its configuration file. The defaults are those of the type; every field is a
/// key of `ConfigurationTable`, which has its path, meaning and range.
///
/// Names and defaults of the keys that livekit/sip has are its own, so that its file is read as it stands
/// (livekit/sip pkg/config).
package struct Configuration: Hashable, Sendable {
    package var signalling = Signalling()
    package var addresses = Addresses()
    package var tls = TLS()
    package var media = Media()
    package var opus = Opus()
    package var rooms = Rooms()
    package var redis = Redis()
    package var state = State()
    package var http = HTTP()
    package var logging = Logging()
    package var admission = Admission()
    package var refusal = Refusal()
    package var sources = SourceLimits.Policy()
    package var digest = DigestServer.Policy()
    package var pin = PINCollector.Limits()
    package var drain = Drain()
    /// Threads; 0 takes one a CPU.
    package var workers = 0

    package init() {}
}

extension Configuration {
    /// SIP itself.
    package struct Signalling: Hashable, Sendable {
        /// The port that Contact and Via announce.
        package var port: UInt16 = 5060
        /// The port that is bound, UDP and TCP; nil for the announced one.
        package var portListen: UInt16?
        /// The host of Contact over TLS; `${IP}` in it stands for the signalling address.
        package var hostname = ""
        /// Route header values, prepended in this order.
        package var outboundRoutes: [String] = []
        /// How often 180 is repeated.
        package var ringingInterval: Duration = .seconds(1)
        /// Source ports of outgoing TCP connections; nil leaves them to the kernel.
        package var tcpDialPorts: ClosedRange<UInt16>?
        /// The most bytes of a datagram that carries SIP; 0 for 1500.
        package var udpMaximumPayload = 0
        package var addsRecordRoute = false
        package var hidesInboundPort = false
        package var disablesRejectedInviteCache = false
        package var waitsForACK = false

        /// The port that is bound.
        package var boundPort: UInt16 { portListen ?? port }
    }

    /// Which addresses are bound and announced.
    package struct Addresses: Hashable, Sendable {
        /// What signalling is bound to.
        package var listen = IPAddress.anyIPv4
        /// The network that holds the address of ours to announce; nil takes the one that the peer is reached from.
        package var localNet: AddressBlock?
        /// Signalling's address is asked of a STUN server.
        package var usesExternal = false
        /// Signalling's address as peers see it.
        package var nat: IPAddress?
        package var mediaUsesExternal = false
        /// Who is asked for them, `host:port`, in this order.
        package var stunServers = [
            "stun.l.google.com:19302", "stun1.l.google.com:19302", "global.stun.twilio.com:3478",
        ]
        /// The address in SDP; nil for that of signalling.
        package var mediaNAT: IPAddress?
    }

    /// SIP over TLS; off without a certificate.
    package struct TLS: Hashable, Sendable {
        /// A certificate chain and its key, both PEM.
        package struct Certificate: Hashable, Sendable {
            package var file = ""
            package var keyFile = ""
        }

        package var port: UInt16 = 5061
        package var portListen: UInt16?
        package var certificates: [Certificate] = []
        /// Where session keys are logged for debugging; empty for nowhere.
        package var keyLog = ""
        package var minimumVersion: TLSVersion?
        package var maximumVersion: TLSVersion?
        /// Empty for the library's defaults.
        package var cipherSuites: [String] = []
        /// Empty offers none.
        package var alpn = ["sip"]

        package var isEnabled: Bool { !certificates.isEmpty }
        package var boundPort: UInt16 { portListen ?? port }
    }

    /// Sound on the phone side.
    package struct Media: Hashable, Sendable {
        package var rtpPorts: ClosedRange<UInt16> = 10_000...20_000
        /// How long no RTP may come during a call; zero never ends one.
        package var timeout: Duration = .seconds(15)
        /// The same until the first packet.
        package var initialTimeout: Duration = .seconds(30)
        package var isSymmetric = false
        package var ignoresLocalAddresses = false
        /// How long the ports of an ended call are closed and left alone; nil not at all.
        package var drainIdle: Duration? = .seconds(30)
        /// The same: the shorter of the two counts.
        package var drainLimit: Duration? = .seconds(600)
        /// Codecs switched on and off, by name and clock rate; in the order of the file.
        package var codecs: [CodecSwitch] = []
        package var playsDTMF = false
        package var hasJitterBuffer = false
        package var jitterBufferProbability = 0.0
        package var offersOpus = false
        /// Where every call is recorded; empty for nowhere.
        package var recordingDirectory = ""
    }

    /// The Opus encoder of the phone side; 0 leaves a figure to the library.
    package struct Opus: Hashable, Sendable {
        /// Bits per second.
        package var bitrate = 0
        package var complexity = 0
        package var correctsErrors = false
        /// The loss that error correction expects.
        package var packetLossPercent = 0
    }

    /// Where callers meet.
    package struct Rooms: Hashable, Sendable {
        /// Nil: LiveKit's where `url` is set, ours otherwise.
        package var choice: RoomsChoice?
        /// The WebSocket URL of the LiveKit server.
        package var url = ""
        package var apiKey = ""
        /// Secret.
        package var apiSecret = ""
        package var clusterID = ""
        package var localAnswer = LocalRoomAnswer.joined

        package var kind: RoomsChoice { choice ?? (url.isEmpty ? .local : .livekit) }
    }

    /// What outlives the process.
    package struct State: Hashable, Sendable {
        /// The folder of the store and the control socket.
        package var directory = "/var/lib/sipctl"
        /// Empty for `sipctl.db` in the folder.
        package var store = ""
        /// How long a call record is kept after the call began; zero for ever.
        package var recordAge: Duration = .seconds(90 * 86_400)
        /// The most call records that are kept; 0 for no limit.
        package var recordCount = 1_000_000
        /// Empty for `control.sock` beside the store.
        package var control = ""

        package var storePath: String { store.isEmpty ? directory + "/sipctl.db" : store }

        package var controlPath: String {
            if !control.isEmpty { return control }
            guard let slash = storePath.lastIndex(of: "/") else { return "control.sock" }
            return storePath[..<slash] + "/control.sock"
        }
    }

    /// The HTTP listeners; port 0 is off.
    package struct HTTP: Hashable, Sendable {
        package var healthPort: UInt16 = 0
        package var prometheusPort: UInt16 = 0
        package var pprofPort: UInt16 = 0
        /// Where traces are sent; empty for nowhere.
        package var jaegerURL = ""
        /// Labels that every metric carries, by name.
        package var labels: [String: String] = [:]
        /// How many values a label that peers influence may take before the rest count as `other`.
        package var labelValues = 100
    }

    /// What is logged.
    package struct Logging: Hashable, Sendable {
        package var level = LogLevel.info
        /// Nil: JSON Lines unless a terminal reads them.
        package var isJSON: Bool?
        package var componentLevels: [String: LogLevel] = [:]
        package var samples = false
        package var sampleInitial = 0
        package var sampleInterval = 0
        package var itemSampleSeconds = 0
        package var itemSampleInitial = 0
        package var itemSampleInterval = 0

        package var rules: LogRules { LogRules(level, areas: componentLevels) }
    }

    /// When new calls are refused.
    package struct Admission: Hashable, Sendable {
        /// The share of all CPUs above which new calls get 503 (Service Unavailable).
        package var maximumCPU = 0.9
        /// 0 for no limit.
        package var maximumCalls = 0
        /// How late the media tick may be before new calls get 503.
        package var maximumTickLateness: Duration = .milliseconds(10)
        /// What Retry-After says with such a 503.
        package var retryAfter: Duration = .seconds(10)
        /// The only trunks whose calls are taken; empty takes those of all.
        package var trunkIDs: [String] = []
    }

    /// How calls are refused.
    package struct Refusal: Hashable, Sendable {
        /// What an INVITE that matches no trunk gets; nil follows `hidesInboundPort`.
        package var strangers: RefusalPolicy.Strangers?
        /// Whether callers of a trunk get the reason in a Warning header field.
        package var explains = false
    }

    /// How the server ends.
    package struct Drain: Hashable, Sendable {
        /// When the calls that still run are hung up; zero waits for the last one.
        package var deadline: Duration = .zero
    }
}

extension Configuration {
    /// How calls are refused: with silence for strangers where the port is hidden and nothing else is said.
    package var refusalPolicy: RefusalPolicy {
        var policy = RefusalPolicy()
        policy.strangers = refusal.strangers ?? (signalling.hidesInboundPort ? .silence : .status)
        policy.explains = refusal.explains
        return policy
    }
}
