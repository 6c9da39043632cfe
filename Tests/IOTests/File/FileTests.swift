import CLinux
import Core
import Glibc
import IO
import Testing

@Suite("Files")
struct FileTests {
    let folder = ScratchFolder()

    @Test("a recording is a WAV file whose header fits its samples", arguments: [0, 1, 160 * 7, 160 * 1000])
    func recording(samples: Int) throws {
        let thread = try FileThread()
        let events = try Mailbox<RecordingFile.Event>()
        let recording = RecordingFile(path: folder.file("a.wav"), sampleRate: 8000, on: thread) { events.post($0) }
        let all = (0..<samples).map { Int16(truncatingIfNeeded: $0 &* 7) }
        for start in stride(from: 0, to: samples, by: 160) {
            recording.append(all[start..<min(start + 160, samples)].span)
        }
        #expect(recording.isRecording)
        recording.close()
        recording.append([1].span)
        thread.close()
        #expect(drain(events) == [.closed(bytes: samples * 2, lostFrames: 0)])
        let bytes = FileText.bytes(folder.file("a.wav"))
        let size = UInt32(samples * 2)
        #expect(
            Array(bytes.prefix(44))
                == Array("RIFF".utf8) + little(36 + size) + Array("WAVEfmt ".utf8) + little(16) + [1, 0, 1, 0]
                + little(8000) + little(16_000) + [2, 0, 16, 0] + Array("data".utf8) + little(size))
        #expect(bytes.count == 44 + samples * 2)
        #expect(
            Array(bytes.dropFirst(44))
                == all.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
    }

    @Test("a full disk is reported once and ends the recording")
    func diskFull() throws {
        let thread = try FileThread()
        let events = try Mailbox<RecordingFile.Event>()
        let recording = RecordingFile(path: "/dev/full", sampleRate: 8000, on: thread) { events.post($0) }
        let frame = [Int16](repeating: 1, count: 160)
        for _ in 0..<500 { recording.append(frame.span) }
        recording.close()
        thread.close()
        let seen = drain(events)
        #expect(seen.count == 2)
        guard case .failed(let error) = seen.first, case .closed = seen.last else { throw TimedOut() }
        #expect(error.description == "cannot write to /dev/full: no space left on device")
        #expect(!recording.isRecording)
    }

    @Test("a path that cannot be written is reported")
    func badPath() throws {
        let thread = try FileThread()
        let events = try Mailbox<RecordingFile.Event>()
        let recording = RecordingFile(path: folder.file("none/a.wav"), sampleRate: 8000, on: thread) { events.post($0) }
        recording.close()
        thread.close()
        guard case .failed(let error) = drain(events).first else { throw TimedOut() }
        #expect(error.name == "ENOENT")
        #expect(error.description == "cannot record to \(folder.file("none/a.wav")): no such file or directory")
    }

    @Test("a disk that does not keep up costs frames, which are counted, not memory")
    func slowDisk() throws {
        let thread = try FileThread()
        let gate = try Mailbox<Int>()
        let events = try Mailbox<RecordingFile.Event>()
        // The file thread waits until every frame was offered.
        thread.finish {
            var entry = pollfd(fd: gate.fd, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&entry, 1, 20_000)
        }
        let recording = RecordingFile(path: folder.file("a.wav"), sampleRate: 8000, on: thread, limit: 32_000) {
            events.post($0)
        }
        let frame = [Int16](repeating: 1, count: 160)
        for _ in 0..<150 { recording.append(frame.span) }
        gate.post(1)
        recording.close()
        thread.close()
        #expect(drain(events) == [.closed(bytes: 32_000, lostFrames: 50)])
    }

    @Test("an atomic write replaces the file as a whole and leaves nothing else behind")
    func atomic() throws {
        let path = folder.file("config")
        try AtomicFile.write(Array("old".utf8), to: path)
        try AtomicFile.write(Array("new".utf8), to: path, mode: 0o600)
        #expect(FileText.read(path) == "new")
        #expect(folder.names == ["config"])
        var status = stat()
        #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        let error = #expect(throws: IOError.self) { try AtomicFile.write([], to: folder.file("none/x")) }
        #expect(error?.name == "ENOENT")
        // The target cannot be replaced: the temporary file goes.
        unsafe mkdir(folder.file("folder"), 0o700)
        defer { unsafe rmdir(folder.file("folder")) }
        #expect(throws: IOError.self) { try AtomicFile.write([1], to: folder.file("folder")) }
        #expect(folder.names == ["config", "folder"])
    }

    @Test("a source gives the bytes of a file in order and then ends", arguments: [0, 1, 5000, 300_000])
    func source(size: Int) throws {
        let path = folder.file("in")
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        try AtomicFile.write(bytes, to: path)
        let source = try FileSource(path: path, capacity: 4096)
        #expect(try readAll(source, pieces: 320) == bytes)
        #expect(source.isAtEnd && source.error == nil)
    }

    @Test("a source reads ahead no further than its capacity")
    func bounded() throws {
        let source = try FileSource(path: "/dev/zero", capacity: 10_000)
        let end = limit()
        while source.available < 10_000, SystemClock.now() < end { WorkerThread.yield() }
        #expect(source.available == 10_000)
        var buffer = [UInt8](repeating: 1, count: 20_000)
        var span = buffer.mutableSpan
        let count = source.read(into: &span)
        #expect(count >= 10_000)
        source.close()
    }

    @Test("a pipe that stays silent does not hold up the closing")
    func silentPipe() throws {
        let pipe = try Pipe()
        let source = try FileSource(reading: pipe.reading, named: "stdin")
        #expect(!source.isAtEnd)
        source.close()
    }

    @Test("errors of opening and reading have sentences")
    func sourceErrors() throws {
        let missing = #expect(throws: IOError.self) { try FileSource(path: folder.file("none")) }
        #expect(missing?.description == "cannot read \(folder.file("none")): no such file or directory")
        let source = try FileSource(path: folder.path)
        _ = try readAll(source, pieces: 10)
        #expect(source.error?.name == "EISDIR")
    }

    private func readAll(_ source: FileSource, pieces: Int) throws -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: pieces)
        let end = limit()
        while !source.isAtEnd {
            guard SystemClock.now() < end else { throw TimedOut() }
            var span = buffer.mutableSpan
            let count = source.read(into: &span)
            all += buffer[..<count]
            if count == 0 { WorkerThread.yield() }
        }
        return all
    }

    private func drain<T>(_ mailbox: Mailbox<T>) -> [T] {
        var all: [T] = []
        mailbox.drain(into: &all)
        return all
    }

    private func little(_ value: UInt32) -> [UInt8] {
        stride(from: UInt32(0), to: 32, by: 8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
