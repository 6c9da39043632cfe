/// What a caller hears while a PIN is asked for.
package enum PINPrompt: String, Hashable, Sendable, CaseIterable {
    case enterPIN = "enter-pin"
    case wrongPIN = "wrong-pin"
    /// The PIN was right: the caller is on the way into the room.
    case joining
}

/// What a caller entered.
package enum PINAttempt: Hashable, Sendable {
    /// One to sixteen of `0`–`9` and `A`–`D`, in ASCII. Secret.
    case pin(Redacted<[UInt8]>)
    /// `#` alone: into a room that asks for none.
    case noPIN

    /// What the rules are asked with.
    package var entry: PINEntry {
        switch self {
        case .pin(let digits): .entered(digits.secret.text)
        case .noPIN: .skipped
        }
    }
}

/// Why a call ends at the PIN prompt.
package enum PINFailure: String, Error, Hashable, Sendable, CaseIterable {
    /// Every try was wrong.
    case wrong = "wrong-pin"
    /// The caller pressed nothing.
    case silent = "no-pin"
    case timedOut = "pin-timeout"
    /// Too many wrong PINs from this source, over all its calls.
    case lockedOut = "pin-locked-out"
    /// The rules could not be asked.
    case undecided = "pin-undecided"

    /// What happened, for a person.
    package var sentence: String {
        switch self {
        case .wrong: "the caller entered a wrong PIN too often"
        case .silent: "the caller entered no PIN"
        case .timedOut: "the caller took too long to enter the PIN"
        case .lockedOut: "the caller is locked out after too many wrong PINs"
        case .undecided: "the dispatch rules could not be asked about the PIN"
        }
    }
}
