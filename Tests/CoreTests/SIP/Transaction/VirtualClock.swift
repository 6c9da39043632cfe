import Core

/// A millisecond of a virtual clock that begins at zero.
func ms(_ milliseconds: Int64) -> Instant { .zero + .milliseconds(milliseconds) }

/// What one machine put out at one instant of the virtual clock.
struct Step<Output: Equatable>: Equatable, CustomStringConvertible {
    var at: Int64
    var output: Output

    init(_ at: Int64, _ output: Output) { (self.at, self.output) = (at, output) }

    var description: String { "\(at): \(output)" }
}

/// Jumps from deadline to deadline until none is left, and lists what came out when. Stops at `end`, where one is given, and
/// fails a machine that does not move on (STYLE: the virtual clock).
func run<Machine, Output: Equatable>(
    _ machine: inout Machine, until end: Int64 = .max, deadline: (Machine) -> Instant?,
    advance: (inout Machine, Instant, inout [Output]) -> Void
) -> [Step<Output>] {
    var steps: [Step<Output>] = []
    var wakeUps = 0
    while let now = deadline(machine), now.milliseconds <= end {
        var out: [Output] = []
        advance(&machine, Instant(nanoseconds: now.nanoseconds - 1), &out)
        precondition(out.isEmpty, "advance fired before the deadline")
        advance(&machine, now, &out)
        steps += out.map { Step(now.milliseconds, $0) }
        wakeUps += 1
        precondition(wakeUps < 1000, "the machine asks to be woken for ever")
    }
    return steps
}
