internal import Core

/// The options that fill the media policy of trunks and rules (SIPMediaConfig).
enum MediaPolicyOptions {
    static let encryption = Option<EncryptionChoice>(
        "media-enc", "HOW", in: .media, "encryption of the audio: disable, allow, require")
    static let codecs = Option<CodecList>(
        "codecs", "NAME[/RATE],...", in: .media, "codecs that are wanted, in order",
        details: "They come before the usual ones. An empty word removes those that were set.")
    static let onlyListed = Flag("no-default-codecs", in: .media, "use no codecs but those of --codecs")
    static let timeout = Option<Duration>(
        "media-timeout", "TIME", in: .media, "end a call after so long without audio", details: "At most ten minutes.")

    static let all: [any DeclaredOption] = [encryption, codecs, onlyListed, timeout]

    /// Writes what was given into a policy.
    static func apply(_ options: ParsedOptions, to media: inout MediaPolicy?) throws(Failure) {
        var policy = media ?? MediaPolicy()
        if let choice = options[encryption] { policy.encryption = choice.value }
        if let list = options[codecs] {
            policy.codecs = list.codecs
            policy.onlyListedCodecs = false
        }
        if options[onlyListed] {
            guard !policy.codecs.isEmpty else { throw options.usageFailure("--no-default-codecs needs --codecs") }
            policy.onlyListedCodecs = true
        }
        if let time = options[timeout] { policy.mediaTimeout = time }
        if policy != media ?? MediaPolicy() { media = policy }
    }
}
