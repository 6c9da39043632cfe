import Core
import Testing

@Suite("LoadGuard: whether there is room for another call")
struct LoadGuardTests {
    private static func guarding(cpu: Double = 0.9, lateness: Duration = .milliseconds(10)) -> LoadGuard {
        var policy = LoadGuard.Policy()
        (policy.maximumCPU, policy.maximumTickLateness) = (cpu, lateness)
        return LoadGuard(policy)
    }

    @Test("one busy second does not close, two do; it opens well below the limit")
    func cpu() {
        var gate = Self.guarding(cpu: 0.8)
        gate.observe(.init(cpu: 1, tickLateness: .zero))
        #expect(gate.shortage == nil)
        gate.observe(.init(cpu: 1, tickLateness: .zero))
        gate.observe(.init(cpu: 1, tickLateness: .zero))
        #expect(gate.shortage == .cpu(0.875, limit: 0.8))
        for _ in 0..<20 { gate.observe(.init(cpu: 0.7, tickLateness: .zero)) }
        #expect(gate.shortage != nil, "70 % is below the limit, but not well below it")
        for _ in 0..<20 { gate.observe(.init(cpu: 0.6, tickLateness: .zero)) }
        #expect(gate.shortage == nil)
    }

    @Test("late audio closes at once, whatever the CPU says")
    func lateness() {
        var gate = Self.guarding()
        gate.observe(.init(cpu: 0, tickLateness: .milliseconds(10)))
        #expect(gate.shortage == nil)
        gate.observe(.init(cpu: 0, tickLateness: .milliseconds(12)))
        #expect(gate.shortage == .lateAudio(.milliseconds(12), limit: .milliseconds(10)))
        gate.observe(.init(cpu: 0, tickLateness: .milliseconds(9)))
        #expect(gate.shortage != nil)
        gate.observe(.init(cpu: 0, tickLateness: .milliseconds(8)))
        #expect(gate.shortage == nil)
    }

    @Test("another policy counts from the next measurement on")
    func policy() {
        var gate = Self.guarding()
        gate.observe(.init(cpu: 0, tickLateness: .milliseconds(5)))
        gate.policy.maximumTickLateness = .milliseconds(2)
        gate.observe(.init(cpu: 0, tickLateness: .milliseconds(5)))
        #expect(gate.shortage == .lateAudio(.milliseconds(5), limit: .milliseconds(2)))
    }

    @Test(
        "the sentences name the key",
        arguments: [
            (Shortage.cpu(0.934, limit: 0.9), "the server uses 93 % of the CPUs and max_cpu_utilization is 90 %"),
            (
                .lateAudio(.microseconds(12_400), limit: .milliseconds(10)),
                "audio is sent 12ms late and max_tick_lateness is 10ms"
            ),
            (.calls(3), "3 calls run, and max_active_calls allows no more"),
            (.calls(1), "1 call runs, and max_active_calls allows no more"),
        ])
    func sentences(_ shortage: Shortage, _ sentence: String) { #expect(shortage.sentence == sentence) }
}
