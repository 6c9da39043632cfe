package import Core

/// Why a file cannot be a prompt.
package enum PromptError: Error, Hashable, Sendable {
    case wav(WAVError)
    case empty
    /// Longer than `PromptSet.longest`, in whole seconds.
    case tooLong(seconds: Int)

    /// What is wrong with the file, for a person.
    package var sentence: String {
        switch self {
        case .wav(let error): error.sentence
        case .empty: "it holds no sound"
        case .tooLong(let seconds):
            "it is \(seconds) s long, and a prompt may be \(PromptSet.longest.milliseconds / 1000) s"
        }
    }
}

/// What a server says to callers: the prompts in the binary, or the operator's own. Samples at 8 kHz.
package struct PromptSet: Sendable {
    /// A caller should not have to wait for the end of anything longer.
    package static let longest: Duration = .seconds(60)

    /// Those in the binary: English, made by scripts/prompts.
    package static let embedded = PromptSet()

    private var audio: [PINPrompt: [Int16]]

    private init() {
        let files = [
            PINPrompt.enterPIN: PackageResources.enter_pin_wav, .wrongPIN: PackageResources.wrong_pin_wav,
            .joining: PackageResources.joining_wav,
        ]
        // The tests hold that each can be read.
        audio = files.mapValues { (try? Self.samples($0)) ?? [] }
    }

    /// The samples of a prompt.
    package subscript(prompt: PINPrompt) -> [Int16] { audio[prompt] ?? [] }

    /// How long a prompt plays.
    package func duration(_ prompt: PINPrompt) -> Duration {
        .nanoseconds(Int64(self[prompt].count) * 1_000_000_000 / Int64(Frame.rate.hertz))
    }

    /// Puts the operator's own file, which was read from wherever it is, in the place of a prompt.
    package mutating func replace(_ prompt: PINPrompt, wav: [UInt8]) throws(PromptError) {
        audio[prompt] = try Self.samples(wav)
    }

    private static func samples(_ wav: [UInt8]) throws(PromptError) -> [Int16] {
        var decoder = WAVDecoder()
        var samples: [Int16] = []
        do throws(WAVError) {
            try decoder.append(wav[...], into: &samples)
            guard decoder.format != nil else { throw .tooShort }
        } catch {
            throw .wav(error)
        }
        guard let rate = decoder.format?.sampleRate, !samples.isEmpty else { throw .empty }
        let seconds = samples.count / rate
        guard seconds < Int(longest.milliseconds / 1000) else { throw .tooLong(seconds: seconds) }
        guard rate != Frame.rate.hertz else { return samples }
        var converted: [Int16] = []
        Resampler(from: rate, to: Frame.rate.hertz).convert(samples.span, isLast: true, into: &converted)
        return converted
    }
}
