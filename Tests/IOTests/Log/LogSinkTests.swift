import CLinux
import Core
import Glibc
import IO
import Testing

@Suite("LogSink")
struct LogSinkTests {
    @Test("writes events in order, leaves out what is below its level, and finishes on close")
    func writes() throws {
        let pipe = try Pipe()
        let sink = try LogSink(.json, LogRules(.info), fd: pipe.writing)
        sink.log(.debug, "quiet", ["cost": unreachable()])
        for number in 0..<100 { sink.log(.info, "tick", ["number": .count(number)]) }
        sink.close()
        let lines = pipe.readAll().split(separator: "\n")
        #expect(lines.count == 100)
        for (number, line) in lines.enumerated() { #expect(line.hasSuffix("\"event\":\"tick\",\"number\":\(number)}")) }
    }

    @Test("follows other rules while it runs")
    func rules() throws {
        let pipe = try Pipe()
        let sink = try LogSink(.json, LogRules(.info), fd: pipe.writing)
        sink.log(.debug, "sip.early")
        sink.use(LogRules(.warning, areas: ["sip": .debug]))
        sink.log(.debug, "sip.refused")
        sink.log(.info, "call.ended")
        sink.log(.trace, "sip.sent", ["cost": unreachable()])
        sink.use(LogRules(.info))
        sink.log(.debug, "sip.late", ["cost": unreachable()])
        sink.log(.info, "call.incoming")
        sink.close()
        let lines = pipe.readAll().split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasSuffix("\"event\":\"sip.refused\"}") == true)
        #expect(lines.last?.hasSuffix("\"event\":\"call.incoming\"}") == true)
    }

    /// CPU time of this thread, in whole seconds.
    private func threadSeconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec
    }

    @Test("a reader that does not read costs events, not time; the loss is reported")
    func overload() throws {
        let pipe = try Pipe()
        let sink = try LogSink(.json, fd: pipe.writing, limit: 100)
        let long = String(repeating: "x", count: 10_000)
        let before = threadSeconds()
        for _ in 0..<1000 { sink.log(.info, "long", ["text": .text(long)]) }
        #expect(threadSeconds() - before < 5)
        let reader = try WorkerThread(name: "reader") { [fd = pipe.reading] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var reports = 0
            while unsafe read(fd, &buffer, buffer.count) > 0 {
                reports += String(decoding: buffer, as: UTF8.self).contains("log.dropped") ? 1 : 0
            }
            #expect(reports > 0)
        }
        sink.close()
        pipe.closeWriting()
        reader.join()
    }

    @Test("a reader that is gone does not hold up the end")
    func brokenPipe() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try Pipe()
        let sink = try LogSink(.json, fd: pipe.writing)
        pipe.closeReading()
        sink.log(.error, "lost")
        sink.close()
    }

    @Test("JSON where no terminal is")
    func format() throws {
        let pipe = try Pipe()
        #expect(LogSink.format(for: pipe.writing, environment: ["TERM": "xterm"]) == .json)
    }

    private func unreachable() -> LogEvent.Value {
        Issue.record("fields of an event that is not written were computed")
        return .redacted
    }
}

/// A pipe whose ends are closed at the end of the test.
final class Pipe {
    let reading: Int32
    let writing: Int32
    private var isReadingOpen = true
    private var isWritingOpen = true

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe sipctl_pipe2(&ends, Int32(O_CLOEXEC)) == 0)
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        closeReading()
        closeWriting()
    }

    func closeReading() {
        if isReadingOpen { close(reading) }
        isReadingOpen = false
    }

    func closeWriting() {
        if isWritingOpen { close(writing) }
        isWritingOpen = false
    }

    /// Closes the writing end and reads to the end.
    func readAll() -> String {
        closeWriting()
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(reading, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += buffer[..<count]
        }
    }
}
