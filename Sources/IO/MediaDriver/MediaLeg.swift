internal import Core
internal import Media

/// One call's media on its worker: the session, its two sockets, and the program that its audio belongs to.
final class MediaLeg {
    let key: CallKey
    let number: UInt32
    var program: LegProgram
    let ports: RTPPorts
    var session: MediaSession?
    var codec = ""
    var room: RoomSeat?
    var child: AudioChild?
    var recording: RecordingFile?
    /// The file of the recording that runs, or of the last one.
    var recordingPath: String?
    var tone: ToneGenerator?
    var player: AudioPlayer?
    /// What is played in place of the program's audio.
    var prompt: SamplePlayer?
    /// What the room hears of a call that is not answered.
    var dialTone: ToneGenerator?
    var isAnswered = false
    /// Whether the program waits for the ACK of our answer.
    var waitsForACK: Bool
    /// Digits that wait for the answer.
    var digits: [DTMFSequence] = []
    /// When the feed had its last frame; the call ends some time later.
    var fedOut: Instant?
    var isMultiplexed = false
    var startedAt: Instant?
    /// Since when no RTP came, for the media timeout; nil while none is expected.
    var quietSince: Instant?
    /// What of the session's counts is in the driver's figures already.
    var counted = MediaStatistics()
    var reviews = 0

    var received = [Int16](repeating: 0, count: MediaDriver.frameCount)
    var toSend = [Int16](repeating: 0, count: MediaDriver.frameCount)

    init(_ key: CallKey, number: UInt32, _ program: LegProgram, _ ports: RTPPorts) {
        (self.key, self.number, self.program, self.ports) = (key, number, program, ports)
        waitsForACK = program.rules.waitsForACK
    }

    /// Whether a tick has something to do for it.
    var isLive: Bool { session != nil || dialTone != nil }
}

/// A call's place in a room: on its home worker a mixer port, elsewhere a pair of rings to it.
enum RoomSeat {
    case home(MixedRoom, Mixer.Port)
    case away(RoomDirectory.Room, toRoom: FrameRing, fromRoom: FrameRing)

    var name: String {
        switch self {
        case .home(let mixed, _): mixed.room.name
        case .away(let room, _, _): room.name
        }
    }
}

extension MediaLeg {
    /// The figures of the call so far.
    func statistics(at now: Instant) -> LegStatistics {
        var result = LegStatistics()
        result.codec = codec
        result.durationMs = startedAt.map { (now - $0).milliseconds } ?? 0
        result.recordingPath = recordingPath
        result.isRecording = recording?.isRecording ?? false
        guard let statistics = session?.statistics else { return result }
        result.packetsSent = UInt64(statistics.packetsSent)
        result.packetsReceived = UInt64(statistics.packetsReceived)
        result.packetsLost = Int64(max(0, statistics.packetsLost))
        result.packetsLate = UInt64(statistics.packetsLate)
        result.packetsRefused = UInt64(statistics.packetsRefused)
        result.framesConcealed = UInt64(statistics.concealedFrames)
        result.jitterMs = statistics.jitterMs
        result.roundTripMs = statistics.roundTripMs
        result.levelInDBov = Double(statistics.levelIn)
        result.levelOutDBov = Double(statistics.levelOut)
        return result
    }
}
