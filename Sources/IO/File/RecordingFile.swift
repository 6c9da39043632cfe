import CLinux
import Glibc
internal import Media
import Synchronization

/// A WAV file of 16-bit samples that grows while a call runs. Belongs to one worker; the disk work is the file thread's.
///
/// A full disk ends the recording, not the call: the error is reported once and everything after it is discarded.
package final class RecordingFile {
    /// What happens to a recording. Reported from the file thread; at most one `failed`, and `closed` last, always.
    package enum Event: Sendable, Equatable {
        case failed(IOError)
        /// The bytes of samples in the file, and the frames that were lost because the disk was too slow.
        case closed(bytes: Int, lostFrames: Int)
    }

    /// Samples are handed to the file thread in pieces of this many bytes: half a second at 8 kHz.
    private static let piece = 8192
    /// The header is brought up to date after this many bytes, so that a crash costs little.
    private static let headerInterval = 256 * 1024

    private let writer: Writer
    private let thread: FileThread
    private let limit: Int
    private var pending: [UInt8] = []
    private var lostFrames = 0
    private var isClosed = false

    /// Begins a recording; `limit` is the number of bytes that may wait for the disk. An existing file is replaced. A file
    /// that cannot be opened is reported as `failed`.
    package init(
        path: String, sampleRate: Int, channels: Int = 1, on thread: FileThread, limit: Int = 1 << 20,
        _ report: @escaping @Sendable (Event) -> Void
    ) {
        precondition(sampleRate > 0 && channels > 0, "a recording has a rate and channels")
        (self.thread, self.limit) = (thread, limit)
        let writer = Writer(path: path, sampleRate: sampleRate, channels: channels, report)
        self.writer = writer
        pending.reserveCapacity(Self.piece + 4096)
        thread.finish { writer.open() }
    }

    deinit { close() }

    /// Throws what would keep a recording from being opened, so that it is known before anything is dialled. Blocks; an
    /// existing file stays as it is.
    package static func examine(_ path: String) throws(IOError) {
        _ = try FileCalls.open(path, O_WRONLY | O_CREAT, mode: 0o644, "record to")
    }

    /// Whether samples still reach the file.
    package var isRecording: Bool { !isClosed && !writer.hasFailed.load(ordering: .relaxed) }

    /// Adds samples, interleaved where there are two channels. Never blocks; a frame that does not fit is lost and counted.
    package func append(_ frame: Span<Int16>) {
        guard isRecording else { return }
        guard writer.waiting.load(ordering: .relaxed) + pending.count + frame.count * 2 <= limit else {
            lostFrames += 1
            return
        }
        for index in frame.indices {
            let bits = UInt16(bitPattern: frame[index])
            pending.append(UInt8(truncatingIfNeeded: bits))
            pending.append(UInt8(truncatingIfNeeded: bits >> 8))
        }
        if pending.count >= Self.piece { handOver() }
    }

    /// Ends the file: what is pending is written and the header completed, on the file thread.
    package func close() {
        guard !isClosed else { return }
        handOver()
        isClosed = true
        let (writer, lost) = (writer, lostFrames)
        thread.finish { writer.close(lostFrames: lost) }
    }

    private func handOver() {
        guard !pending.isEmpty else { return }
        let (writer, bytes) = (writer, pending)
        pending.removeAll(keepingCapacity: true)
        writer.waiting.add(bytes.count, ordering: .relaxed)
        thread.finish { writer.write(bytes) }
    }

    /// The file thread's side.
    private final class Writer: Sendable {
        private struct File: Sendable {
            var fd: Int32 = -1
            var size = 0
            var sizeInHeader = 0
        }

        /// Bytes handed over and not yet written.
        let waiting = Atomic<Int>(0)
        let hasFailed = Atomic<Bool>(false)
        private let path: String
        private let sampleRate: Int
        private let channels: Int
        private let report: @Sendable (Event) -> Void
        /// Only the file thread uses it; the lock is never waited for.
        private let file = Mutex(File())

        init(path: String, sampleRate: Int, channels: Int, _ report: @escaping @Sendable (Event) -> Void) {
            (self.path, self.sampleRate, self.channels, self.report) = (path, sampleRate, channels, report)
        }

        func open() {
            attempt { (file: inout File) throws(IOError) in
                let descriptor = try FileCalls.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644, "record to")
                file.fd = descriptor.release()
                try FileCalls.writeAll(file.fd, header(size: 0), path)
            }
        }

        func write(_ bytes: [UInt8]) {
            attempt { (file: inout File) throws(IOError) in
                try FileCalls.writeAll(file.fd, bytes, path)
                file.size += bytes.count
                if file.size - file.sizeInHeader >= RecordingFile.headerInterval { try writeHeader(&file) }
            }
            waiting.subtract(bytes.count, ordering: .relaxed)
        }

        func close(lostFrames: Int) {
            attempt { (file: inout File) throws(IOError) in
                if file.sizeInHeader != file.size { try writeHeader(&file) }
            }
            let size = file.withLock { file in
                if file.fd >= 0 { _ = Glibc.close(file.fd) }
                file.fd = -1
                return file.size
            }
            report(.closed(bytes: size, lostFrames: lostFrames))
        }

        private func writeHeader(_ file: inout File) throws(IOError) {
            try FileCalls.writeAll(file.fd, header(size: file.size), at: 0, path)
            file.sizeInHeader = file.size
        }

        private func header(size: Int) -> [UInt8] {
            WAVHeader.bytes(SampleRate(hertz: sampleRate), channels: channels, dataBytes: size)
        }

        /// Does a step unless an earlier one failed, and reports the failure that ends the recording.
        private func attempt(_ step: (inout File) throws(IOError) -> Void) {
            guard !hasFailed.load(ordering: .relaxed) else { return }
            let failure = file.withLock { (file: inout File) -> IOError? in
                do throws(IOError) {
                    try step(&file)
                    return nil
                } catch {
                    // What is there is made playable: the sizes fit into the header's place on a full disk too.
                    if file.fd >= 0 { try? writeHeader(&file) }
                    return error
                }
            }
            guard let failure else { return }
            hasFailed.store(true, ordering: .relaxed)
            report(.failed(failure))
        }
    }
}
