import Core
import Glibc
import IO
import Testing

@Suite("ChildProcess")
struct ChildProcessTests {
    final class Owner: ChildProcessOwner {
        var received: [UInt8] = []
        var outputFinished = false
        var status: ChildProcess.Status?
        var endings = 0

        func receive(_ bytes: Span<UInt8>, from child: ChildProcess, at now: Instant) {
            for index in bytes.indices { received.append(bytes[index]) }
        }
        func finishedOutput(_ child: ChildProcess, at now: Instant) { outputFinished = true }
        func ended(_ child: ChildProcess, _ status: ChildProcess.Status, at now: Instant) {
            self.status = status
            endings += 1
        }
        var text: String { String(decoding: received, as: UTF8.self) }
    }

    let loop: EventLoop
    let owner = Owner()

    init() throws { loop = try EventLoop() }

    private func start(_ command: String, limit: Int = 65_536) throws -> ChildProcess {
        let child = try ChildProcess(command: command, on: loop, limit: limit)
        try child.start(owner)
        return child
    }

    @Test("what goes into cat comes out, and its status is 0")
    func cat() throws {
        let child = try start("cat", limit: 1 << 20)
        let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 11) }
        #expect(child.send(sent))
        child.finishInput()
        #expect(!child.send([1]))
        try turn(loop) { owner.status != nil }
        #expect(owner.received == sent)
        #expect(owner.status == .exited(0))
        #expect(child.lostBytes == 1)
    }

    @Test("output before the end is received, the status reported", arguments: [0, 1, 70, 255])
    func status(code: Int32) throws {
        let child = try start("echo \"$0 says $((40 + 2))\"; exit \(code)")
        try turn(loop) { owner.status != nil }
        #expect(owner.text == "/bin/sh says 42\n")
        #expect(owner.status == .exited(code))
        #expect(owner.endings == 1 && child.pid > 0)
    }

    @Test("a child that listens to SIGTERM ends politely")
    func terminate() throws {
        let child = try start("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.01; done")
        try turn(loop) { owner.text.hasPrefix("up\n") }
        child.terminate(grace: .seconds(20))
        try turn(loop) { owner.status != nil }
        #expect(owner.text.hasSuffix("bye\n"))
        #expect(owner.status == .exited(3))
    }

    @Test("a child that ignores SIGTERM is ended after the grace, its own children too")
    func killed() throws {
        let child = try start("trap '' TERM; echo up; while :; do sleep 0.01; done")
        try turn(loop) { owner.text.hasPrefix("up\n") }
        let begin = SystemClock.now()
        child.terminate(grace: .milliseconds(30))
        try turn(loop) { owner.status != nil }
        #expect(owner.status == .signalled(SIGKILL))
        #expect(SystemClock.now() - begin >= .milliseconds(30))
        try turnBriefly { kill(-child.pid, 0) != 0 }
    }

    @Test("a child that does not read costs bytes, not memory or time")
    func doesNotRead() throws {
        let child = try start("sleep 30", limit: 1000)
        let piece = [UInt8](repeating: 0, count: 1000)
        var rounds = 0
        while child.send(piece), rounds < 10_000 { rounds += 1 }
        #expect(rounds < 10_000)
        #expect(child.queued <= 1000 && child.lostBytes == 1000)
        child.terminate()
        try turn(loop) { owner.status != nil }
        #expect(owner.status == .signalled(SIGTERM))
    }

    @Test("a child that closed its stdin does not end us")
    func closedInput() throws {
        let child = try start("exec <&-; echo closed; sleep 30")
        try turn(loop) { owner.text == "closed\n" }
        while child.send([1]) { loop.turn(until: SystemClock.now()) }
        #expect(child.lostBytes > 0)
        child.terminate()
        try turn(loop) { owner.status != nil }
    }

    @Test("a command that does not exist is the shell's 127; one that is never started leaves nothing behind")
    func missing() throws {
        let child = try start("exec /nonexistent/command 2>/dev/null")
        try turn(loop) { owner.status != nil }
        #expect(owner.status == .exited(127))
        #expect(child.command.hasPrefix("exec"))
        let pid = try ChildProcess(command: "sleep 30", on: loop).pid
        #expect(kill(pid, 0) != 0)
    }

    @Test("the end is reported although a grandchild keeps stdout open")
    func grandchild() throws {
        let child = try start("sleep 30 & echo parent")
        try turn(loop) { owner.status != nil }
        #expect(owner.text == "parent\n")
        #expect(!owner.outputFinished)
        kill(-child.pid, SIGKILL)
    }

    private func turnBriefly(until condition: () -> Bool) throws {
        let end = limit()
        while !condition() {
            guard SystemClock.now() < end else { throw TimedOut() }
            loop.turn(until: SystemClock.now() + .milliseconds(1))
        }
    }
}
