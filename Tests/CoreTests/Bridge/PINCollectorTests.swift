import Core
import Support
import Testing

/// The machine on a virtual clock, and what it asked for.
private struct Prompter {
    var out: [PINCollector.Output] = []
    var entry: PINCollector
    var now = Instant.zero

    init(hasOpenRoom: Bool = false, _ change: (inout PINCollector.Limits) -> Void = { _ in }) {
        var limits = PINCollector.Limits()
        change(&limits)
        entry = PINCollector(hasOpenRoom: hasOpenRoom, limits: limits, at: .zero, into: &out)
    }

    mutating func press(_ digits: String) { for digit in digits.utf8 { entry.press(digit, at: now, into: &out) } }

    mutating func finish(_ prompt: PINPrompt) { entry.finished(prompt, at: now, into: &out) }

    mutating func judge(_ judgement: PINCollector.Judgement) { entry.judge(judgement, at: now, into: &out) }

    /// Jumps to the next deadline.
    mutating func wait() {
        guard let deadline = entry.deadline else { return }
        now = deadline
        entry.advance(to: now, into: &out)
    }

    /// What was asked for since the last call.
    mutating func take() -> [PINCollector.Output] {
        defer { out = [] }
        return out
    }
}

private func pin(_ digits: String) -> PINCollector.Output { .evaluate(.pin(Redacted(Array(digits.utf8)))) }

@Suite("PINCollector")
struct PINCollectorTests {
    @Test("prompt, digits, #, right: into the room")
    func admits() {
        var prompter = Prompter()
        prompter.finish(.enterPIN)
        prompter.press("1234#")
        #expect(prompter.take() == [.play(.enterPIN), pin("1234")])
        prompter.judge(.admitted)
        #expect(prompter.take() == [.play(.joining), .admit])
        prompter.press("5#")
        prompter.finish(.joining)
        prompter.judge(.wrong)
        #expect(prompter.take().isEmpty)
        #expect(prompter.entry.deadline == nil)
    }

    @Test("a digit stops the prompt; * begins anew; a pause ends the PIN; A to D are digits")
    func digits() {
        var prompter = Prompter()
        prompter.press("99*1")
        #expect(prompter.take() == [.play(.enterPIN), .stopPrompt])
        prompter.finish(.enterPIN)
        prompter.press("2D")
        let start = prompter.now
        prompter.wait()
        #expect(prompter.now - start == .seconds(5))
        #expect(prompter.take() == [pin("12D")])
    }

    @Test("three wrong PINs, and the call is over when that has been said")
    func wrong() {
        var prompter = Prompter()
        for isLast in [false, false, true] {
            prompter.press("1#")
            _ = prompter.take()
            prompter.judge(.wrong)
            #expect(prompter.take() == [.play(.wrongPIN)])
            // The end of the prompt that was stopped comes late.
            prompter.finish(.enterPIN)
            prompter.finish(.wrongPIN)
            #expect(prompter.take() == [isLast ? .hangUp(.wrong) : .play(.enterPIN)])
        }
        #expect(prompter.entry.deadline == nil)
    }

    @Test("the last prompt may be lost: hung up all the same, and digits no longer count")
    func lostPrompt() {
        var prompter = Prompter { $0.tries = 1 }
        prompter.press("1#")
        prompter.judge(.wrong)
        _ = prompter.take()
        prompter.press("2#")
        prompter.wait()
        #expect(prompter.take() == [.hangUp(.wrong)])
    }

    @Test("# alone: into an open room if there is one, else a miss")
    func noPIN() {
        var open = Prompter(hasOpenRoom: true)
        open.press("#")
        #expect(open.take() == [.play(.enterPIN), .stopPrompt, .evaluate(.noPIN)])
        var closed = Prompter()
        closed.press("#")
        #expect(closed.take() == [.play(.enterPIN), .stopPrompt, .play(.wrongPIN)])
        var cleared = Prompter(hasOpenRoom: true)
        cleared.press("12*#")
        #expect(cleared.take().last == .evaluate(.noPIN))
    }

    @Test("sixteen digits are a PIN, seventeen are wrong without asking anyone")
    func longest() {
        let sixteen = "1234567890123456"
        var prompter = Prompter()
        prompter.press(sixteen + "#")
        #expect(prompter.take().last == pin(sixteen))
        prompter.judge(.wrong)
        _ = prompter.take()
        prompter.press(sixteen + "7890#")
        #expect(prompter.take() == [.stopPrompt, .play(.wrongPIN)])
        prompter.press(sixteen + "7*1#")
        #expect(prompter.take() == [.stopPrompt, pin("1")])
    }

    @Test("who says nothing hears the prompt again, then the call ends")
    func silence() {
        var prompter = Prompter()
        var outputs: [PINCollector.Output] = []
        for _ in 0..<3 {
            prompter.finish(.enterPIN)
            prompter.wait()
            outputs += prompter.take()
        }
        #expect(outputs == [.play(.enterPIN), .play(.enterPIN), .play(.enterPIN), .hangUp(.silent)])
        #expect(prompter.now == .zero + .seconds(30))
    }

    @Test("the whole has its time, whatever the caller does and however long a prompt plays")
    func whole() {
        var prompter = Prompter { $0.whole = .seconds(12) }
        for _ in 0..<6 {
            prompter.press("1*")
            prompter.now = prompter.now + .seconds(2)
            prompter.entry.advance(to: prompter.now, into: &prompter.out)
        }
        #expect(prompter.take() == [.play(.enterPIN), .stopPrompt, .hangUp(.timedOut)])
        var endless = Prompter()
        endless.wait()
        #expect(endless.take() == [.play(.enterPIN), .hangUp(.timedOut)])
        #expect(endless.now == .zero + .seconds(120))
    }

    @Test("locked out, and rules that cannot be asked or do not answer")
    func ends() {
        for (judgement, expected) in [
            (PINCollector.Judgement.wrongAndLockedOut, [PINCollector.Output.play(.wrongPIN), .hangUp(.lockedOut)]),
            (.undecided, [.hangUp(.undecided)]),
        ] {
            var prompter = Prompter()
            prompter.press("1#")
            _ = prompter.take()
            prompter.judge(judgement)
            prompter.finish(.wrongPIN)
            #expect(prompter.take() == expected)
        }
        var prompter = Prompter()
        prompter.press("1#")
        _ = prompter.take()
        prompter.wait()
        #expect(prompter.take() == [.hangUp(.undecided)])
        prompter.judge(.admitted)
        #expect(prompter.take().isEmpty)
    }

    @Test("an early or repeated wake-up changes nothing")
    func spurious() {
        var prompter = Prompter()
        prompter.finish(.enterPIN)
        _ = prompter.take()
        let deadline = prompter.entry.deadline
        prompter.entry.advance(to: .zero, into: &prompter.out)
        prompter.entry.advance(to: .zero, into: &prompter.out)
        #expect(prompter.take().isEmpty)
        #expect(prompter.entry.deadline == deadline)
    }

    @Test("a PIN does not show in descriptions")
    func redacted() { #expect(!String(describing: pin("7351")).contains("7351")) }

    @Test("random orders: always an end, at most one, and nothing after it", arguments: 1...200)
    func walk(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var prompter = Prompter(hasOpenRoom: seed.isMultiple(of: 2))
        var ends = 0
        var evaluations = 0
        var steps = 0
        while prompter.entry.deadline != nil, steps < 2000 {
            steps += 1
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2: prompter.press(String("0123456789*#ABCD".randomElement(using: &random) ?? "0"))
            case 3: prompter.finish(PINPrompt.allCases.randomElement(using: &random) ?? .joining)
            case 4: prompter.judge([.admitted, .wrong, .wrong, .undecided].randomElement(using: &random) ?? .wrong)
            case 5: prompter.wait()
            default: prompter.now = prompter.now + .milliseconds(Int.random(in: 0...500, using: &random))
            }
            for output in prompter.take() {
                #expect(ends == 0, "seed \(seed): \(output) after the end")
                switch output {
                case .admit, .hangUp: ends += 1
                case .evaluate: evaluations += 1
                case .play, .stopPrompt: break
                }
            }
        }
        #expect(ends == 1, "seed \(seed)")
        #expect(evaluations <= 3, "seed \(seed)")
    }
}
