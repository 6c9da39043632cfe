internal import Core
internal import CLinux
internal import Glibc
internal import Media

/// A WAV file or standard input to be played to a peer: opened before the call, decoded while it runs.
package final class AudioFeed: Sendable {
    /// How messages name it: a path, or `standard input`.
    package let name: String
    let source: FileSource

    /// Opens the file and, unless it is a pipe, looks at its header, so that what cannot be played is known before anything
    /// is dialled. `-` is standard input.
    package init(path: String) throws(IOError) {
        name = path == "-" ? "standard input" : path
        if path != "-" { try Self.examine(path) }
        source = try FileSource(path: path)
    }

    private static func examine(_ path: String) throws(IOError) {
        let file = try FileCalls.open(path, O_RDONLY, "read")
        var facts = stat()
        guard unsafe fstat(file.raw, &facts) == 0 else { throw IOError("read", path) }
        guard facts.st_mode & S_IFMT != S_IFDIR else { throw IOError("read", path, code: EISDIR) }
        guard facts.st_mode & S_IFMT == S_IFREG else { return }
        var head = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe Glibc.read(file.raw, &head, head.count)
        guard count >= 0 else { throw IOError("read", path) }
        var decoder = WAVDecoder()
        var samples: [Int16] = []
        do throws(WAVError) {
            try decoder.append(head[..<count], into: &samples)
            guard decoder.format != nil else { throw WAVError.tooShort }
        } catch {
            throw IOError("play", path, because: error.sentence)
        }
    }
}

/// Plays a feed: bytes from the source become samples at 8 kHz, a frame at a time. Belongs to one worker.
final class AudioPlayer {
    private let feed: AudioFeed
    private var decoder = WAVDecoder()
    private var resampler: Resampler?
    private var buffer = [UInt8](repeating: 0, count: 8192)
    private var decoded: [Int16] = []
    private var ready: [Int16] = []
    private var position = 0
    private var isDrained = false
    /// Why the audio cannot be played on; nil when it was whole.
    private(set) var failure: String?

    init(_ feed: AudioFeed) { self.feed = feed }

    /// True once every frame has been taken.
    var isFinished: Bool { isDrained && position >= ready.count }

    /// Fills a frame; silence where nothing is ready yet and behind the end.
    func next(into frame: inout MutableSpan<Int16>) {
        while ready.count - position < frame.count, !isDrained, refill() {}
        let available = min(ready.count - position, frame.count)
        for index in frame.indices { frame[index] = index < available ? ready[position + index] : 0 }
        position += max(available, 0)
        if position >= 8000 {
            ready.removeFirst(position)
            position = 0
        }
    }

    /// Decodes what the source has; false when it has nothing now.
    private func refill() -> Bool {
        // The array is taken out and put back, so that it is changed in place.
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        defer { swap(&bytes, &buffer) }
        var span = bytes.mutableSpan
        let count = feed.source.read(into: &span)
        guard count > 0 else {
            if feed.source.isAtEnd { finish() }
            return false
        }
        decoded.removeAll(keepingCapacity: true)
        do {
            try decoder.append(bytes[..<count], into: &decoded)
            try convert(isLast: false)
        } catch {
            fail(error.sentence)
            return false
        }
        return true
    }

    private func convert(isLast: Bool) throws(WAVError) {
        guard let rate = decoder.format?.sampleRate, rate != 8000 else {
            ready += decoded
            return
        }
        if resampler == nil { resampler = Resampler(from: rate, to: 8000) }
        let input = decoded
        resampler?.convert(input.span, isLast: isLast, into: &ready)
    }

    private func finish() {
        isDrained = true
        decoded.removeAll(keepingCapacity: true)
        if let error = feed.source.error { return fail(error.reason) }
        guard decoder.format != nil else { return fail("it is empty or no WAV file") }
        try? convert(isLast: true)
    }

    private func fail(_ reason: String) {
        isDrained = true
        failure = "cannot play \(feed.name): \(reason)"
    }
}
