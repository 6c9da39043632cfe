package import Media
package import Core

/// Orders about the media of live calls: from any thread, carried out by the call's worker, without effect when the call is over.
/// What cannot be done is reported as `StackEvent.fault`.
extension SIPStack {
    /// Gives a call another program: another room, a prompt, its echo. A prompt of `play` is played to its end first; a recording
    /// goes on unless the program names another file; `hasMedia` and `codecs` are ignored.
    package func change(_ key: CallKey, to program: LegProgram) { post(.change(program), on: key) }

    /// Plays samples at 8 kHz once, in place of the program's audio and of what was played before; the room does not hear the
    /// peer meanwhile. `StackEvent.promptPlayed` tells the end, unless something cut it off.
    package func play(_ samples: [Int16], on key: CallKey) { post(.play(samples), on: key) }

    /// Cuts off what `play` plays.
    package func stopPrompt(on key: CallKey) { post(.stopPrompt, on: key) }

    /// Sends digits behind those that are still being sent; before the answer they wait for it.
    package func send(_ sequence: DTMFSequence, on key: CallKey) { post(.send(sequence), on: key) }

    /// Writes what the peer says from now on to a WAV file; an existing one is replaced, unless this call is recorded to it now.
    package func record(_ key: CallKey, to path: String) { post(.record(path: path), on: key) }

    /// Ends a recording.
    package func stopRecording(_ key: CallKey) { post(.stopRecording, on: key) }

    /// Asks for the figures of a call. The reply comes on its worker's thread; nil when the call is over or has no media.
    package func statistics(of key: CallKey, reply: @escaping @Sendable (LegStatistics?) -> Void) {
        post(.statistics(reply: reply), on: key)
    }

    /// What the media tick of each worker has counted. Cheap enough for every scrape.
    package var mediaFigures: [MediaFigures] { shared.figures.map { $0.read() } }

    private func post(_ order: MediaOrder, on key: CallKey) { shared.post(.media(key, order), to: Int(key.worker)) }
}
