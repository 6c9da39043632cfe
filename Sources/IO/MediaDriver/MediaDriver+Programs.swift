internal import Core
internal import Media

/// What a call hears and where its audio goes, from the beginning to the end of the call.
extension MediaDriver {
    /// Carries out the program of a leg whose media begins.
    func begin(_ leg: MediaLeg) {
        if let path = leg.program.recording { startRecording(leg, path) }
        beginAudio(leg)
        sendDigits(leg)
    }

    /// Gives a call another program. Its audio changes at once, except that a prompt is played to its end first; a call that goes to
    /// the room that it is in stays there. A recording goes on unless the program names another file, and the program's digits
    /// are sent behind those of the old one. `hasMedia`, `codecs` and `rules` are agreed already and ignored.
    func change(_ key: CallKey, to program: LegProgram, at now: Instant) {
        guard let leg = leg(key) else { return complain(key, "the audio cannot be changed: the call has none") }
        let old = leg.program
        leg.program = program
        leg.program.rules = old.rules
        leg.digits.append(program.digits)
        if program.recording == nil { leg.program.recording = old.recording }
        endAudio(leg)
        guard leg.session != nil, !leg.waitsForACK else { return beginDialTone(leg, at: now) }
        if let path = program.recording { startRecording(leg, path) }
        beginAudio(leg)
        sendDigits(leg)
        start(at: now)
    }

    /// Plays samples at 8 kHz once, in place of the program's audio, with `promptPlayed` at the end; nothing that the peer says goes
    /// to a room meanwhile. What was played before is cut off without notice. Before the call has media, it waits for that.
    func play(_ samples: [Int16], on key: CallKey) {
        guard let leg = leg(key) else { return complain(key, "nothing can be played: the call has no audio") }
        leg.prompt = SamplePlayer(samples)
    }

    /// Cuts off what `play` plays, without notice.
    func stopPrompt(on key: CallKey) { leg(key)?.prompt = nil }

    /// Queues digits behind those that are still being sent; those of a call that is not answered yet wait for the answer.
    func send(_ sequence: DTMFSequence, on key: CallKey) {
        guard let leg = leg(key) else { return complain(key, "no digits can be sent: the call has no audio") }
        leg.digits.append(sequence)
        sendDigits(leg)
    }

    /// Hands the digits that wait to the session of an answered call.
    func sendDigits(_ leg: MediaLeg) {
        guard leg.isAnswered, let session = leg.session else { return }
        for sequence in leg.digits where !sequence.isEmpty {
            if session.send(sequence) { continue }
            if leg.program.rules.playsDigits {
                leg.prompt = SamplePlayer(sequence.samples)
            } else {
                complain(leg.key, "the digits cannot be sent: the peer takes no telephone-events (RFC 4733)")
            }
        }
        leg.digits.removeAll()
    }

    /// Puts the leg of an unanswered call into its room and lets it ring there, if its program says so.
    func beginDialTone(_ leg: MediaLeg, at now: Instant) {
        guard !leg.isAnswered, let tone = leg.program.dialTone, case .room(let name) = leg.program.audio else { return }
        leg.dialTone = ToneGenerator(tone)
        join(name, leg)
        start(at: now)
    }

    /// Reports what an order could not do; the call goes on.
    func complain(_ key: CallKey, _ sentence: String) { notices.append(.fault(key, sentence)) }

    private func beginAudio(_ leg: MediaLeg) {
        switch leg.program.audio {
        case .silence, .echo: break
        case .tone(let frequency): leg.tone = ToneGenerator(frequency: frequency, level: -10)
        case .room(let name): join(name, leg)
        case .feed(let feed): leg.player = AudioPlayer(feed)
        case .program(let command):
            do { leg.child = try AudioChild(command, on: loop) } catch { notices.append(.failed(leg.key, "\(error)")) }
        }
    }

    /// Ends the audio of the program before; a room that the new one names too is kept.
    private func endAudio(_ leg: MediaLeg) {
        leg.child?.stop()
        (leg.child, leg.tone, leg.player, leg.fedOut, leg.dialTone) = (nil, nil, nil, nil, nil)
        if case .room(let name) = leg.program.audio, leg.room?.name == name { return }
        leave(leg)
    }
}
