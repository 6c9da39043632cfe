internal import Core

/// A child process that hears the peer on its standard input and speaks on its standard output: raw signed 16-bit little-endian
/// samples at 8 kHz, mono.
final class AudioChild: ChildProcessOwner {
    enum Reading {
        case frame
        /// The child speaks no more; the sentence says why when that was an error.
        case ended(String?)
    }

    /// What a child may have written ahead: ten seconds. More is dropped, oldest first.
    private static let largestLead = 160_000

    private let process: ChildProcess
    private var spoken: [UInt8] = []
    private var position = 0
    private var end: ChildProcess.Status?
    private var frameBytes = [UInt8](repeating: 0, count: MediaDriver.frameCount * 2)

    init(_ command: String, on loop: EventLoop) throws(IOError) {
        process = try ChildProcess(command: command, on: loop)
        try process.start(self)
    }

    /// Gives the child a frame of the peer's audio. A child that does not read loses frames, not the call.
    func write(_ frame: Span<Int16>) {
        for index in frame.indices {
            let bits = UInt16(bitPattern: frame[index])
            frameBytes[index * 2] = UInt8(truncatingIfNeeded: bits)
            frameBytes[index * 2 + 1] = UInt8(truncatingIfNeeded: bits >> 8)
        }
        process.send(frameBytes)
    }

    /// Takes the child's next frame; silence while it says nothing.
    func read(into frame: inout MutableSpan<Int16>) -> Reading {
        let available = (spoken.count - position) / 2
        if available == 0, let end { return .ended(sentence(end)) }
        for index in frame.indices {
            guard index < available else {
                frame[index] = 0
                continue
            }
            let low = UInt16(spoken[position + index * 2])
            let high = UInt16(spoken[position + index * 2 + 1])
            frame[index] = Int16(bitPattern: low | high << 8)
        }
        position += min(available, frame.count) * 2
        if position > 32_768 {
            spoken.removeFirst(position)
            position = 0
        }
        return .frame
    }

    /// Closes the child's input and asks it to end.
    func stop() {
        process.finishInput()
        process.terminate()
    }

    private func sentence(_ status: ChildProcess.Status) -> String? {
        switch status {
        case .exited(0): nil
        case .exited(let code): "the command '\(process.command)' ended with status \(code)"
        case .signalled(let number): "the command '\(process.command)' was ended by signal \(number)"
        }
    }

    func receive(_ bytes: Span<UInt8>, from child: ChildProcess, at now: Instant) {
        for index in bytes.indices { spoken.append(bytes[index]) }
        let excess = spoken.count - position - Self.largestLead
        if excess > 0 { position += (excess + 1) / 2 * 2 }
    }

    func ended(_ child: ChildProcess, _ status: ChildProcess.Status, at now: Instant) { end = status }
}
