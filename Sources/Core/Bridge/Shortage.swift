/// What this server has too little of to take another call.
package enum Shortage: Hashable, Sendable {
    /// The share of all CPUs that the server uses, and the limit.
    case cpu(Double, limit: Double)
    /// How late its audio is sent, and the limit.
    case lateAudio(Duration, limit: Duration)
    /// As many calls run as may.
    case calls(Int)

    /// What is short, for the operator: it names the key of the limit.
    package var sentence: String {
        switch self {
        case .cpu(let share, let limit):
            "the server uses \(percent(share)) of the CPUs and max_cpu_utilization is \(percent(limit))"
        case .lateAudio(let time, let limit):
            "audio is sent \(DurationText.format(.milliseconds(time.milliseconds))) late and max_tick_lateness is "
                + DurationText.format(limit)
        case .calls(1): "1 call runs, and max_active_calls allows no more"
        case .calls(let count): "\(count) calls run, and max_active_calls allows no more"
        }
    }
}

private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

/// Decides from measurements whether there is CPU and time for more calls: closes above a limit, opens again well below it, so that it
/// does not flap.
package struct LoadGuard: Sendable {
    package struct Policy: Hashable, Sendable {
        /// The share of all CPUs, above 0 and up to 1.
        package var maximumCPU = 0.9
        package var maximumTickLateness: Duration = .milliseconds(10)

        package init() {}
    }

    /// One measurement, about once a second.
    package struct Load: Hashable, Sendable {
        /// The share of all CPUs that the server used since the last one.
        package var cpu: Double
        /// How late the media ticks of the worker that has most to do begin, on average over the last few.
        package var tickLateness: Duration

        package init(cpu: Double, tickLateness: Duration) { (self.cpu, self.tickLateness) = (cpu, tickLateness) }
    }

    /// What is left of a limit when new calls are taken again.
    private static let reopening = 0.8

    package var policy: Policy
    /// Nil while new calls are taken.
    package private(set) var shortage: Shortage?
    private var cpu = 0.0

    package init(_ policy: Policy = Policy()) { self.policy = policy }

    /// Takes a measurement in. One short burst of work does not close: two seconds count half each.
    package mutating func observe(_ load: Load) {
        cpu = (cpu + load.cpu) / 2
        let part = shortage == nil ? 1 : Self.reopening
        let limit = Double(policy.maximumTickLateness.nanoseconds) * part
        if cpu > policy.maximumCPU * part {
            shortage = .cpu(cpu, limit: policy.maximumCPU)
        } else if Double(load.tickLateness.nanoseconds) > limit {
            shortage = .lateAudio(load.tickLateness, limit: policy.maximumTickLateness)
        } else {
            shortage = nil
        }
    }
}
