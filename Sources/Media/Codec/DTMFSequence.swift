internal import Core

/// Why a text is no sequence of digits.
package enum DTMFSequenceError: Error, Hashable, Sendable {
    /// Neither a digit nor a pause; `position` counts from 1.
    case unknown(Character, position: Int)
    /// Longer than `DTMFSequence.longest`.
    case tooLong(Int)

    /// What is wrong with the text, for a person.
    package var sentence: String {
        switch self {
        case .unknown(let character, let position):
            "'\(character)' (character \(position)) is neither a digit nor a pause; write 0-9, *, #, A-D, "
                + "w for a pause of 0.5 s, a comma or p for one of 2 s"
        case .tooLong(let count): "it has \(count) characters, and \(DTMFSequence.longest) are the most"
        }
    }
}

/// Digits to send, with pauses between them: `ww12#,3`.
///
/// Deviation: livekit/sip takes 0-9, `*`, `#`, a-d and lower-case `w`; everything that telephones write for the same is taken here
/// (livekit API CreateSIPParticipantRequest `dtmf`).
package struct DTMFSequence: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        case digit(DTMFDigit)
        /// Time in which audio goes on; it is added to the gap after the digit before.
        case pause(Duration)
    }

    /// The most characters in a text.
    package static let longest = 500
    /// What `w` stands for.
    package static let shortPause = Duration.milliseconds(500)
    /// What `,` and `p` stand for.
    package static let longPause = Duration.seconds(2)

    package var steps: [Step]
    /// How long each digit sounds.
    package var tone = Duration.milliseconds(250)
    /// The silence after each digit.
    package var gap = Duration.milliseconds(250)

    package init(_ steps: [Step] = []) { self.steps = steps }

    /// The sequence that a text names: digits `0`–`9`, `*`, `#`, `A`–`D`; pauses `w`, `,` and `p`; letters in either case.
    package init(_ text: String) throws(DTMFSequenceError) {
        let count = text.count
        guard count <= Self.longest else { throw .tooLong(count) }
        steps = []
        for (index, character) in text.enumerated() {
            switch character {
            case "w", "W": steps.append(.pause(Self.shortPause))
            case ",", "p", "P": steps.append(.pause(Self.longPause))
            default:
                guard let digit = character.asciiValue.flatMap({ DTMFDigit(ascii: $0) }) else {
                    throw .unknown(character, position: index + 1)
                }
                steps.append(.digit(digit))
            }
        }
    }

    package var isEmpty: Bool { steps.isEmpty }

    /// From the beginning of the first step to the end of the last one's gap.
    package var duration: Duration {
        steps.reduce(.zero) { sum, step in
            switch step {
            case .digit: sum + tone + gap
            case .pause(let pause): sum + pause
            }
        }
    }
}
