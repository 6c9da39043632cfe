package import Core
package import Media

/// What a call hears and where its audio goes: chosen before the call is answered, carried out by its worker, changed while it runs
/// (`SIPStack.change`).
package struct LegProgram: Sendable {
    /// Where the audio that the peer hears comes from.
    package enum Audio: Sendable {
        case silence
        /// A sine of this frequency in hertz.
        case tone(Double)
        /// The peer's own audio.
        case echo
        /// The mix of a local room without the peer itself; the peer's audio goes to the room.
        case room(String)
        /// Frames from a file or a stream that a thread of its own decodes.
        case feed(AudioFeed)
        /// A child process: the peer's audio on its standard input, its standard output to the peer, as raw signed 16-bit
        /// little-endian samples at 8 kHz, mono.
        case program(String)
    }

    package var audio = Audio.silence
    /// The WAV file that the peer's audio is written to.
    package var recording: String?
    /// Digits to send once the call is answered.
    package var digits = DTMFSequence()
    /// With a room: the call is in it from the beginning, and this is what the room hears until the call is answered or its own
    /// audio comes (livekit API CreateSIPParticipantRequest `play_dialtone`).
    package var dialTone: Tone?
    /// Without media no port is opened and every stream is answered inactive: for signalling tests.
    package var hasMedia = true
    /// The codecs offered and accepted, in order of preference.
    package var codecs: [AudioCodec] = AudioCodec.supported
    package var rules = MediaRules()
    /// How long after the end of a feed the call is hung up; nil never.
    package var lingerAfterFeed: Duration?

    package init() {}
}
