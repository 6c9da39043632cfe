internal import Core
internal import Media

/// Asking callers for a PIN: `PINCollector` decides, the stack plays and moves the call.
extension BridgeWorker {
    /// The call is answered: the prompt can be heard.
    func startPIN(_ key: CallKey, at now: Instant) {
        guard let outputs = calls[key]?.pendingPIN, !outputs.isEmpty else { return }
        calls[key]?.pendingPIN = []
        perform(outputs, of: key, at: now)
    }

    func press(_ digit: DTMFDigit, on key: CallKey, at now: Instant) {
        guard let ascii = "\(digit)".utf8.first else { return }
        movePIN(key, at: now) { $0.press(ascii, at: now, into: &$1) }
    }

    func finishPrompt(_ key: CallKey, at now: Instant) {
        guard let prompt = calls[key]?.prompt else { return }
        calls[key]?.prompt = nil
        movePIN(key, at: now) { $0.finished(prompt, at: now, into: &$1) }
    }

    func movePIN(
        _ key: CallKey, at now: Instant, _ stimulus: (inout PINCollector, inout [PINCollector.Output]) -> Void
    ) {
        guard var collector = calls[key]?.pin else { return }
        var outputs: [PINCollector.Output] = []
        stimulus(&collector, &outputs)
        calls[key]?.pin = collector
        perform(outputs, of: key, at: now)
    }

    private func perform(_ outputs: [PINCollector.Output], of key: CallKey, at now: Instant) {
        for output in outputs {
            switch output {
            case .play(let prompt):
                calls[key]?.prompt = prompt
                stack?.play(PromptSet.embedded[prompt], on: key)
            case .stopPrompt:
                calls[key]?.prompt = nil
                stack?.stopPrompt(on: key)
            case .evaluate(let attempt): evaluate(attempt, of: key, at: now)
            case .admit: calls[key]?.pin = nil
            case .hangUp(let failure):
                calls[key]?.pin = nil
                let away = TurnedAway(403, failure.rawValue, failure.sentence, isStranger: false)
                calls[key]?.endReason = away.reason
                hangUp(key, CallEnd(.rejected, status: 403, failure.sentence))
            }
        }
        pinDeadlines.set(key, to: calls[key]?.pin?.deadline)
    }

    private func evaluate(_ attempt: PINAttempt, of key: CallKey, at now: Instant) {
        guard let live = calls[key], let call = live.incoming, let door else { return }
        let (judgement, admission) = door.judge(attempt, call, id: live.snapshot.id, at: now)
        if let admission {
            change(key) { live in
                live.admit(admission)
                live.incoming = nil
            }
            if let live = calls[key] { remember(live) }
            join(key, admission.room.description)
            var program = LegProgram()
            program.audio = .room(admission.room.description)
            stack?.change(key, to: program)
        }
        movePIN(key, at: now) { $0.judge(judgement, at: now, into: &$1) }
    }
}
