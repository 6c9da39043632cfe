import Glibc
import Support
import Testing

/// The built `sipctl`, run as a process of its own with a small, fixed environment.
struct Child: ~Copyable {
    /// What a process left behind.
    struct Result: Equatable, CustomTestStringConvertible {
        var stdout: [UInt8]
        var stderr: [UInt8]
        var status: Int32

        var testDescription: String {
            "status \(status), \(String(decoding: stderr, as: UTF8.self).debugDescription), \(stdout.count) bytes"
        }
    }

    static let environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]

    private let process: pid_t

    /// Beside the test bundle, where the package manager puts both.
    static var binary: String {
        let bundle = CommandLine.arguments[0]
        return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/sipctl"
    }

    /// Starts the program. The three descriptors become its standard streams and stay open here.
    init(
        _ arguments: [String], program: String = Child.binary, in directory: String, streams: (Int32, Int32, Int32),
        environment: [String: String] = Child.environment
    ) throws(Problem) {
        var actions = unsafe posix_spawn_file_actions_t()
        _ = unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (index, descriptor) in [streams.0, streams.1, streams.2].enumerated() {
            _ = unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(index))
        }
        // A program that hangs must not hang the tests.
        let words = ["env", "-C", directory, "timeout", "60", program] + arguments
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var argv = unsafe words.map { unsafe strdup($0) } + [nil]
        var envp = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe argv.indices { unsafe free(argv[index]) }
            for index in unsafe envp.indices { unsafe free(envp[index]) }
        }
        // The tests' threads block signals, which a program inherits.
        var attributes = posix_spawnattr_t()
        _ = unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        _ = unsafe posix_spawnattr_setsigmask(&attributes, &none)
        _ = unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, "/usr/bin/env", &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw Problem(code: code) }
        self.process = process
    }

    /// Sends a signal, which reaches the program.
    func signal(_ number: Int32) { kill(process, number) }

    /// Waits for the end; the exit status, or 128 and the signal that ended it.
    consuming func wait() -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    }

    struct Problem: Error {
        let code: Int32
    }

    /// Runs the program in a directory to its end.
    static func run(
        _ arguments: [String], program: String = Child.binary, stdin: [UInt8] = [],
        in directory: borrowing TemporaryDirectory,
        environment: [String: String] = Child.environment
    ) throws -> Result {
        let folder = TemporaryDirectory()
        folder.write(stdin, to: "stdin")
        let streams = (folder.open("stdin"), folder.create("stdout"), folder.create("stderr"))
        defer { for descriptor in [streams.0, streams.1, streams.2] { close(descriptor) } }
        let status = try Child(
            arguments, program: program, in: directory.path, streams: streams, environment: environment
        ).wait()
        return Result(stdout: folder.read("stdout"), stderr: folder.read("stderr"), status: status)
    }
}

/// A pipe: what is written to `input` is read from `output`.
struct Pipe {
    let output: Int32
    let input: Int32

    init() {
        var ends: [Int32] = [0, 0]
        unsafe pipe(&ends)
        (output, input) = (ends[0], ends[1])
        // A child must not hold our ends open: it would never see the end of its input.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
}
