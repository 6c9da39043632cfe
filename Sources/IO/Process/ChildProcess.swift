import CLinux
package import Core
import Glibc

/// Owner of a `ChildProcess`. All calls come from the loop.
package protocol ChildProcessOwner: AnyObject {
    /// The child wrote to its stdout; the bytes are valid during the call.
    func receive(_ bytes: Span<UInt8>, from child: ChildProcess, at now: Instant)
    /// The child closed its stdout; it may still run.
    func finishedOutput(_ child: ChildProcess, at now: Instant)
    /// The child ended; what it had written has been received. Called once.
    func ended(_ child: ChildProcess, _ status: ChildProcess.Status, at now: Instant)
}

extension ChildProcessOwner {
    package func finishedOutput(_ child: ChildProcess, at now: Instant) {}
}

/// A shell command that runs beside us, with its stdin and stdout in our hands and its stderr on ours.
package final class ChildProcess {
    /// How a child ended.
    package enum Status: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// Reads of 64 KiB a turn.
    private static let chunksPerTurn = 4

    package let command: String
    /// The process, which leads a process group of its own.
    package let pid: Int32
    /// Bytes that were lost because the child did not read, or no longer could.
    package private(set) var lostBytes = 0

    private struct Watches {
        var process: EventLoop.Registration?
        var input: EventLoop.Registration?
        var output: EventLoop.Registration?
    }

    private let loop: EventLoop
    private let limit: Int
    private let process: Descriptor
    private var input: Descriptor?
    private var output: Descriptor?
    private var watches = Watches()
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var isFinishing = false
    private var handler: (any ChildProcessOwner)?
    private var status: Status?
    private var killAt: Instant?

    /// Starts `/bin/sh -c command`; at most `limit` bytes may wait for the child to read.
    package init(command: String, on loop: EventLoop, limit: Int = 65_536) throws(IOError) {
        SignalSource.ignoreBrokenPipes()
        let input = try Pipe(for: command)
        let output = try Pipe(for: command)
        pid = try Self.spawn(command, input.reading.raw, output.writing.raw)
        let pidfd = sipctl_pidfd_open(pid, 0)
        guard pidfd >= 0 else {
            let error = IOError("watch", command)
            kill(-pid, SIGKILL)
            throw error
        }
        process = Descriptor(owning: pidfd)
        (self.command, self.loop, self.limit) = (command, loop, limit)
        for fd in [input.writing.raw, output.reading.raw] { _ = fcntl(fd, F_SETFL, O_NONBLOCK) }
        self.input = consume input.writing
        self.output = consume output.reading
    }

    deinit {
        // Nobody waits for it any more, and nobody would end it.
        if status == nil {
            kill(-pid, SIGKILL)
            var (bySignal, code): (Int32, Int32) = (0, 0)
            Polling.wait(process.raw, .readable)
            _ = unsafe sipctl_wait_pidfd(process.raw, &bySignal, &code)
        }
    }

    /// Begins to serve the child; it lives until `ended` is reported.
    package func start(_ handler: any ChildProcessOwner) throws(IOError) {
        precondition(self.handler == nil && status == nil, "a child is started once")
        self.handler = handler
        var added: [EventLoop.Registration] = []
        func watch(_ fd: Int32?, _ interest: IOEvents, _ handler: any DescriptorOwner) throws(IOError) -> EventLoop
            .Registration?
        {
            guard let fd else { return nil }
            let registration = try loop.add(fd, interest, handler)
            added.append(registration)
            return registration
        }
        do throws(IOError) {
            // Without writable until something waits: a pipe that the child closed is reported all the same.
            watches.input = try watch(input?.raw, queued > 0 ? .writable : [], Input(self))
            watches.output = try watch(output?.raw, .readable, Output(self))
            watches.process = try watch(process.raw, .readable, self)
        } catch {
            for registration in added { loop.remove(registration) }
            watches = Watches()
            self.handler = nil
            throw error
        }
    }

    /// Bytes that wait for the child to read.
    package var queued: Int { outgoing.count - sent }

    /// Writes to the child's stdin, or queues. False, and counted, when they do not fit: the child does not keep up.
    @discardableResult
    package func send(_ bytes: Span<UInt8>) -> Bool {
        guard input != nil, !isFinishing, queued + bytes.count <= limit else {
            lostBytes += bytes.count
            return false
        }
        unsafe bytes.withUnsafeBytes { unsafe outgoing.append(contentsOf: $0) }
        flush()
        return true
    }

    /// Writes to the child's stdin, or queues.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool { send(bytes.span) }

    /// Closes the child's stdin after what is queued.
    package func finishInput() {
        isFinishing = true
        if queued == 0 { closeInput() }
    }

    /// Asks the child and its group to end (SIGTERM), and ends them (SIGKILL) when it still runs after `grace`.
    package func terminate(grace: Duration = .seconds(2)) {
        guard status == nil else { return }
        kill(-pid, SIGTERM)
        let due = SystemClock.now() + grace
        killAt = due
        loop.schedule(self, at: due)
    }

    // MARK: Starting

    private struct Pipe: ~Copyable {
        let reading: Descriptor
        let writing: Descriptor

        init(for command: String) throws(IOError) {
            var ends: [Int32] = [-1, -1]
            guard unsafe sipctl_pipe2(&ends, O_CLOEXEC) == 0 else { throw IOError("run", command) }
            reading = Descriptor(owning: ends[0])
            writing = Descriptor(owning: ends[1])
        }
    }

    private static func spawn(_ command: String, _ input: Int32, _ output: Int32) throws(IOError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // Our threads block signals and ignore SIGPIPE; the child begins as from a shell.
        var (none, defaults) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigemptyset(&defaults)
        unsafe sigaddset(&defaults, SIGPIPE)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var pid: pid_t = 0
        let words = ["/bin/sh", "-c", command]
        let arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in words.indices { unsafe free(arguments[index]) } }
        let code = unsafe posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, environ)
        guard code == 0 else { throw IOError("run", command, code: code) }
        return pid
    }

    // MARK: The course of a child

    private final class Input: DescriptorOwner {
        unowned let child: ChildProcess
        init(_ child: ChildProcess) { self.child = child }
        func ready(_ events: IOEvents, at now: Instant) {
            if events.contains(.error) { child.closeInput() } else { child.flush() }
        }
    }

    private final class Output: DescriptorOwner {
        unowned let child: ChildProcess
        init(_ child: ChildProcess) { self.child = child }
        func ready(_ events: IOEvents, at now: Instant) { child.receive(chunks: ChildProcess.chunksPerTurn, at: now) }
    }

    private func flush() {
        guard let fd = input?.raw else { return }
        while queued > 0 {
            let count = unsafe outgoing.withUnsafeBytes {
                unsafe write(fd, $0.baseAddress.map { unsafe $0 + sent }, queued)
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                return closeInput()
            }
        }
        if queued == 0 || sent > limit {
            outgoing.removeFirst(sent)
            sent = 0
        }
        if let watch = watches.input { loop.modify(watch, queued > 0 ? .writable : []) }
        if isFinishing, queued == 0 { closeInput() }
    }

    private func closeInput() {
        if let watch = watches.input { loop.remove(watch) }
        watches.input = nil
        input = nil
        lostBytes += queued
        (outgoing, sent) = ([], 0)
    }

    /// Reads what the child wrote, `chunks` times at most.
    private func receive(chunks: Int, at now: Instant) {
        for _ in 0..<chunks {
            guard let fd = output?.raw else { return }
            let buffer = unsafe loop.scratch
            let count = unsafe read(fd, buffer.baseAddress, buffer.count)
            if count > 0 {
                let bytes = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                handler?.receive(bytes, from: self, at: now)
            } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
                if let watch = watches.output { loop.remove(watch) }
                watches.output = nil
                output = nil
                handler?.finishedOutput(self, at: now)
            } else if errno == EAGAIN {
                return
            }
        }
    }
}

extension ChildProcess: DescriptorOwner, DeadlineOwner {
    package var deadline: Instant? { nil }

    /// The process ended.
    package func ready(_ events: IOEvents, at now: Instant) {
        var (bySignal, code): (Int32, Int32) = (0, 0)
        guard status == nil, unsafe sipctl_wait_pidfd(process.raw, &bySignal, &code) == 1 else { return }
        let status = bySignal != 0 ? Status.signalled(code) : .exited(code)
        self.status = status
        // What it wrote lies in the pipe, 1 MiB at most; its own children may hold the other end open without end.
        receive(chunks: 17, at: now)
        closeInput()
        for watch in [watches.process, watches.output] { if let watch { loop.remove(watch) } }
        watches = Watches()
        output = nil
        loop.schedule(self, at: nil)
        let last = handler
        handler = nil
        last?.ended(self, status, at: now)
    }

    package func wake(at now: Instant) {
        if let killAt, killAt <= now, status == nil { kill(-pid, SIGKILL) }
    }
}
