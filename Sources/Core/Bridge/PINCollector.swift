/// Asks the caller of an answered call for a PIN: prompts, collects digits, lets the rules judge them, and tries again.
///
/// Digits may be pressed over a prompt. `#` ends the PIN, and so does a pause; `*` begins it anew; `#` alone asks for a room without a
/// PIN, which only counts when there is one. The shell keeps the digits from the room, counts wrong PINs against the source
/// (`SourceLimits`), and does not begin at all while the source is locked out.
package struct PINCollector: Sendable {
    /// How often a caller may try, and how long each step may take.
    package struct Limits: Hashable, Sendable {
        /// Wrong PINs and silences until the call is ended; at least 1.
        package var tries = 3
        /// From the end of the prompt to the first digit.
        package var firstDigit: Duration = .seconds(10)
        package var betweenDigits: Duration = .seconds(5)
        /// From the answer to a right PIN.
        package var whole: Duration = .seconds(120)
        /// How long the rules may take.
        package var judging: Duration = .seconds(10)

        package init() {}
    }

    /// What the shell is to do for the caller, in this order.
    package enum Output: Hashable, Sendable {
        /// Play this in place of whatever plays; say `finished` at its end.
        case play(PINPrompt)
        case stopPrompt
        /// Ask the rules, and answer with `judge`.
        case evaluate(PINAttempt)
        /// Into the room.
        case admit
        case hangUp(PINFailure)
    }

    /// What the rules say of an attempt.
    package enum Judgement: Hashable, Sendable {
        case admitted
        case wrong
        /// Wrong, and the source is now locked out.
        case wrongAndLockedOut
        /// They could not be asked.
        case undecided
    }

    private enum State: Hashable {
        case prompting(PINPrompt)
        /// The prompt is over, and no digit has come.
        case waiting
        case collecting
        case judging
        /// The last prompt plays.
        case leaving(PINFailure)
        case done
    }

    /// The most digits a PIN has.
    package static let longest = 16

    private let limits: Limits
    private let hasOpenRoom: Bool
    private var state = State.prompting(.enterPIN)
    private var digits: [UInt8] = []
    private var misses = 0
    private var wasSilent = true
    /// The end of what `state` waits for.
    private var stepTimer: Instant?
    private var wholeTimer: Instant?

    /// When `advance` must next be called; nil when no timer is armed.
    package var deadline: Instant? { earliest(stepTimer, wholeTimer) }

    /// Begins with the prompt. `hasOpenRoom`: a rule without a PIN would take the call.
    package init(hasOpenRoom: Bool, limits: Limits = Limits(), at now: Instant, into out: inout [Output]) {
        (self.hasOpenRoom, self.limits) = (hasOpenRoom, limits)
        wholeTimer = now + limits.whole
        out.append(.play(.enterPIN))
    }

    /// The caller pressed a digit, in ASCII: `0`–`9`, `*`, `#`, `A`–`D`.
    package mutating func press(_ digit: UInt8, at now: Instant, into out: inout [Output]) {
        switch state {
        case .prompting: out.append(.stopPrompt)
        case .waiting, .collecting: break
        case .judging, .leaving, .done: return  // the PIN has been entered
        }
        wasSilent = false
        switch digit {
        case UInt8(ascii: "#"): end(at: now, into: &out)
        case UInt8(ascii: "*"):
            digits = []
            wait(.waiting, limits.firstDigit, at: now)
        default:
            // One more than the longest is remembered, so that it is wrong.
            if digits.count <= Self.longest { digits.append(digit) }
            wait(.collecting, limits.betweenDigits, at: now)
        }
    }

    /// A prompt has been played to its end. That of one that was replaced or stopped may come late.
    package mutating func finished(_ prompt: PINPrompt, at now: Instant, into out: inout [Output]) {
        switch state {
        case .prompting(prompt):
            if prompt == .enterPIN {
                wait(.waiting, limits.firstDigit, at: now)
            } else {
                play(.enterPIN, into: &out)
            }
        case .leaving(let failure) where prompt == .wrongPIN: hangUp(failure, into: &out)
        case .prompting, .waiting, .collecting, .judging, .leaving, .done: break  // of an earlier prompt
        }
    }

    /// The answer to `evaluate`.
    package mutating func judge(_ judgement: Judgement, at now: Instant, into out: inout [Output]) {
        guard state == .judging else { return }
        switch judgement {
        case .admitted:
            stop()
            out += [.play(.joining), .admit]
        case .wrong: miss(at: now, into: &out)
        case .wrongAndLockedOut: leave(.lockedOut, at: now, into: &out)
        case .undecided: hangUp(.undecided, into: &out)
        }
    }

    package mutating func advance(to now: Instant, into out: inout [Output]) {
        if let stepTimer, stepTimer <= now {
            switch state {
            case .waiting:
                misses += 1
                if misses < limits.tries {
                    play(.enterPIN, into: &out)
                } else {
                    hangUp(wasSilent ? .silent : .wrong, into: &out)
                }
            case .collecting: end(at: now, into: &out)
            case .judging: hangUp(.undecided, into: &out)
            case .leaving(let failure): hangUp(failure, into: &out)
            case .prompting, .done: self.stepTimer = nil  // neither arms it
            }
        }
        if let wholeTimer, wholeTimer <= now { hangUp(.timedOut, into: &out) }
    }

    /// The PIN is complete.
    private mutating func end(at now: Instant, into out: inout [Output]) {
        let entered = digits
        digits = []
        guard entered.count <= Self.longest, !entered.isEmpty || hasOpenRoom else { return miss(at: now, into: &out) }
        wait(.judging, limits.judging, at: now)
        out.append(.evaluate(entered.isEmpty ? .noPIN : .pin(Redacted(entered))))
    }

    private mutating func miss(at now: Instant, into out: inout [Output]) {
        misses += 1
        if misses < limits.tries {
            play(.wrongPIN, into: &out)
        } else {
            leave(.wrong, at: now, into: &out)
        }
    }

    private mutating func play(_ prompt: PINPrompt, into out: inout [Output]) {
        (state, stepTimer) = (.prompting(prompt), nil)
        out.append(.play(prompt))
    }

    /// Says why, then hangs up; at the latest when a prompt would be over that nobody hears.
    private mutating func leave(_ failure: PINFailure, at now: Instant, into out: inout [Output]) {
        wait(.leaving(failure), .seconds(10), at: now)
        wholeTimer = nil
        out.append(.play(.wrongPIN))
    }

    private mutating func hangUp(_ failure: PINFailure, into out: inout [Output]) {
        stop()
        out.append(.hangUp(failure))
    }

    private mutating func stop() { (state, digits, stepTimer, wholeTimer) = (.done, [], nil, nil) }

    private mutating func wait(_ next: State, _ time: Duration, at now: Instant) {
        (state, stepTimer) = (next, now + time)
    }
}
