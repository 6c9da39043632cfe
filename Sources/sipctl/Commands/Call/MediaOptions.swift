internal import Core
internal import IO
internal import Media

/// The media options that `dial` and `answer` share.
struct MediaOptions {
    static let play = Option<InputPath>(
        "play", "FILE", in: .media, "play a WAV file to the peer; - is standard input",
        details:
            "Any rate and number of channels. When everything was played, a call that has no --duration is hung up.")
    static let record = Option<OutputPath>(
        "record", "FILE", in: .media, "write what the peer says to a WAV file",
        details:
            "Signed 16-bit, mono, 8000 Hz. With answer and several calls, the call's number is put before the extension."
    )
    static let echo = Flag("echo", in: .media, "send the peer's audio back")
    static let silence = Flag("silence", in: .media, "send silence (the default)")
    static let tone = Option<Double>("tone", "HZ", in: .media, "play a tone of this frequency")
    static let room = Option<String>("room", "NAME", in: .media, "put the call into a local room")
    static let pipe = Option<String>(
        "pipe", "COMMAND", in: .media, "give the audio to a child process and take its",
        details: """
            The command runs in a shell. The peer's audio comes on its standard input, its standard output goes to the \
            peer: raw signed 16-bit little-endian samples, mono, 8000 Hz, in frames of 20 ms.
            """)
    static let dtmf = Option<String>(
        "dtmf", "DIGITS", in: .media, "send digits once the call is answered: 0-9 * # A-D",
        details:
            "w is a pause of 0.5 s, a comma or p one of 2 s: ww12#,3. Each digit sounds 250 ms, with 250 ms behind it.")
    static let duration = Option<Duration>("duration", "TIME", in: .limits, "hang up this long after the answer")
    static let codec = OptionList<CodecName>("codec", "NAME", in: .media, "offer or accept this codec")
    static let rtpPorts = Option<PortRange>(
        "rtp-ports", "A-B", in: .network, "UDP ports to use for RTP and RTCP", default: "10000-20000")
    static let mediaTimeout = Option<Duration>(
        "media-timeout", "TIME", in: .limits, "hang up when no audio came for this long; 0s never", default: "30s")

    static let all: [any DeclaredOption] = [
        play, record, echo, silence, tone, room, pipe, dtmf, duration, codec, rtpPorts, mediaTimeout,
    ]

    let recording: String?
    let digits: DTMFSequence
    let codecs: [AudioCodec]
    let duration: Duration?
    let ports: ClosedRange<UInt16>
    let timeout: Duration?
    private let playPath: InputPath?
    private let audio: LegProgram.Audio

    init(_ options: ParsedOptions) throws(Failure) {
        let chosen = [
            options[Self.play] != nil, options[Self.echo], options[Self.silence], options[Self.tone] != nil,
            options[Self.room] != nil, options[Self.pipe] != nil,
        ].count { $0 }
        guard chosen <= 1 else {
            throw options.usageFailure("--play, --echo, --silence, --tone, --room and --pipe exclude one another")
        }
        playPath = options[Self.play]
        if let command = options[Self.pipe] {
            audio = .program(command)
        } else if let frequency = options[Self.tone] {
            guard (20...3800).contains(frequency) else {
                throw options.usageFailure("--tone \(frequency): a telephone carries 20 to 3800 Hz")
            }
            audio = .tone(frequency)
        } else if let room = options[Self.room] {
            audio = .room(room)
        } else {
            audio = options[Self.echo] ? .echo : .silence
        }
        recording = options[Self.record]?.text
        do throws(DTMFSequenceError) {
            digits = try DTMFSequence(options[Self.dtmf] ?? "")
        } catch {
            throw options.usageFailure("--dtmf: \(error.sentence)")
        }
        let named = options[Self.codec].map(\.codec)
        codecs = named.isEmpty ? AudioCodec.supported : named
        duration = options[Self.duration]
        ports = options[Self.rtpPorts]?.range ?? 10_000...20_000
        let timeout = options[Self.mediaTimeout] ?? .seconds(30)
        self.timeout = timeout == .zero ? nil : timeout
    }

    /// What a call does with its audio. Opens what is to be played, so that a missing file is known before anything is sent.
    func program() throws(Failure) -> LegProgram {
        var program = LegProgram()
        program.audio = audio
        if case .program = audio, duration == nil { program.lingerAfterFeed = .seconds(1) }
        if let playPath {
            do throws(IOError) {
                program.audio = .feed(try AudioFeed(path: playPath.text))
            } catch {
                throw Failure(
                    .local, "\(error)", hint: "--play takes a WAV file; sox or ffmpeg make one of nearly anything.")
            }
            if duration == nil { program.lingerAfterFeed = .seconds(1) }
        }
        program.recording = recording
        if let recording {
            do throws(IOError) {
                try RecordingFile.examine(recording)
            } catch {
                throw Failure(.local, "\(error)")
            }
        }
        (program.rules.timeout, program.rules.initialTimeout) = (timeout, timeout)
        program.digits = digits
        program.codecs = codecs
        return program
    }
}

/// A codec that a call can use, by its name in SDP.
struct CodecName: ArgumentValue {
    let codec: AudioCodec

    static var kind: ValueKind { .choice(AudioCodec.supported.map { $0.name.lowercased() }) }

    init(argument: String) throws(ValueProblem) {
        guard let codec = AudioCodec.supported.first(where: { $0.name.lowercased() == argument.lowercased() }) else {
            let names = AudioCodec.supported.map { $0.name.lowercased() }
            throw ValueProblem("is not one of \(names.joined(separator: ", "))")
        }
        self.codec = codec
    }
}

/// `10000-20000`.
struct PortRange: ArgumentValue {
    let range: ClosedRange<UInt16>

    static let kind = ValueKind.text

    init(argument: String) throws(ValueProblem) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let low = UInt16(parts[0]), let high = UInt16(parts[1]), low > 0, low < high else {
            throw ValueProblem("is not a range of ports: write 10000-20000")
        }
        range = low...high
    }
}
