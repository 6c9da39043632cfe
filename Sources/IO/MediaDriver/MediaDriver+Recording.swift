internal import Core
internal import Media

/// Recordings of live calls start and stop.
extension MediaDriver {
    /// Writes what the peer says from now on to a WAV file, 16 bits, mono, 8 kHz; an existing file is replaced. A recording to another
    /// file ends, one to the same file goes on. What goes wrong is a fault of the call.
    func record(_ key: CallKey, to path: String) {
        guard let leg = leg(key) else { return complain(key, "cannot record to \(path): the call has no audio") }
        leg.program.recording = path
        if leg.session != nil { startRecording(leg, path) }
    }

    /// Ends a recording, or the plan to make one. The file is complete some time later.
    func stopRecording(_ key: CallKey) {
        guard let leg = leg(key) else { return }
        leg.program.recording = nil
        leg.recording?.close()
        leg.recording = nil
    }

    /// Begins the recording of a leg that has media.
    func startRecording(_ leg: MediaLeg, _ path: String) {
        if leg.recordingPath == path, leg.recording?.isRecording ?? false { return }
        leg.recording?.close()
        leg.recordingPath = path
        let (report, settle, key) = (shared.report, shared.settle, leg.key)
        leg.recording = RecordingFile(path: path, sampleRate: Frame.rate.hertz, on: shared.files) { event in
            switch event {
            case .failed(let error): report(.fault(key, "\(error)"))
            case .closed(_, lostFrames: 0): break
            case .closed(_, let lost):
                report(.fault(key, "the recording \(path) lacks \(lost) frames of 20 ms: the disk is too slow"))
            }
            settle()
        }
    }
}
