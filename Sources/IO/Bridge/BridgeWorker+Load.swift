internal import Core

/// Measures once a second whether there is room for new calls; `LoadGuard` decides.
extension BridgeWorker {
    private static let interval: Duration = .seconds(1)

    func measure(at now: Instant) {
        measuresNext = now + Self.interval
        let cpu = SystemClock.processCPU()
        let elapsed = Double((now - measured.at).nanoseconds) * Double(WorkerThread.availableCPUs)
        let share = elapsed > 0 ? Double((cpu - measured.cpu).nanoseconds) / elapsed : 0
        measured = (now, cpu)
        let lateness = (stack?.mediaFigures ?? []).map(\.recentLateness).max() ?? .zero
        load.observe(.init(cpu: share, tickLateness: lateness))
        door?.use(load.shortage)
        note(door?.shortage)
    }

    /// Tells everybody whether new calls are taken, when that has changed.
    private func note(_ shortage: Shortage?) {
        let wasShort = self.shortage != nil
        self.shortage = shortage
        guard wasShort != (shortage != nil) else { return }
        tellRules()
        notify(.shortage(shortage))
    }

    /// Gives the stack's workers the rules as they are now.
    func tellRules() {
        var rules = settings.rules
        rules.isFull = shortage != nil
        stack?.use(rules)
    }
}
