import Glibc
import Support
import Testing

/// Calls between two runs of the program, compared with golden files. Numbers and identifiers differ from run to run and
/// stand there as `#`.
@Suite("What serve, answer and dial print of a call") struct CallTests {
    @Test("answer and dial", arguments: ["text", "json"])
    func answer(name: String) throws {
        let options = name == "json" ? ["--json"] : []
        let server = try Server(["answer", "--listen", "127.0.0.1:0", "--count", "1"] + options)
        let caller = try Child.run(
            ["dial", "sip:bob@\(server.address)", "--duration", "300ms"] + options, in: TemporaryDirectory())
        let answerer = server.wait()
        #expect(caller.status == 0)
        #expect(answerer.status == 0)
        Golden.expect(masked(caller.stdout), matches: "call/dial-\(name).stdout")
        Golden.expect(masked(answerer.stdout), matches: "call/answer-\(name).stdout")
        Golden.expect(masked(answerer.stderr), matches: "call/answer-\(name).stderr")
    }

    @Test("serve, called once, and terminated")
    func serve() throws {
        let server = try Server(["serve", "--listen", "127.0.0.1:0"])
        let caller = try Child.run(
            ["dial", "sip:echo@\(server.address)", "--duration", "300ms"], in: TemporaryDirectory())
        #expect(caller.status == 0)
        server.terminate()
        let ended = server.wait()
        #expect(ended.status == 0)
        Golden.expect(masked(ended.stdout), matches: "call/serve.stdout")
        Golden.expect(masked(ended.stderr), matches: "call/serve.stderr")
    }

    /// The bytes with `#` for every run of digits, and for the identifiers that begin with a worker's index.
    private func masked(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self).replacing(/w[0-9a-f]{26}/, with: "#")
        return Array(text.replacing(/[0-9]+/, with: "#").utf8)
    }
}

/// A run of the program that waits for calls.
private struct Server: ~Copyable {
    let address: String
    private let child: Child
    private let folder = TemporaryDirectory()

    /// Starts it and waits until it says where it listens.
    init(_ arguments: [String]) throws {
        let errors = Pipe()
        let streams = (folder.create("stdin"), folder.create("stdout"), errors.input)
        let environment = Child.environment.merging(["SIPCTL_HOME": folder.path + "/state"]) { $1 }
        child = try Child(arguments, in: folder.path, streams: streams, environment: environment)
        for descriptor in [streams.0, streams.1, streams.2] { close(descriptor) }
        var text: [UInt8] = []
        var found: Substring?
        var byte: UInt8 = 0
        while found == nil, unsafe read(errors.output, &byte, 1) == 1 {
            text.append(byte)
            guard byte == 0x0a else { continue }
            found = String(decoding: text, as: UTF8.self).firstMatch(of: /127\.0\.0\.1:[0-9]+/)?.output
        }
        address = found.map(String.init) ?? "no address"
        rest = Rest(text, errors.output)
    }

    private let rest: Rest

    /// What a supervisor sends.
    func terminate() { child.signal(SIGTERM) }

    consuming func wait() -> Child.Result {
        let status = child.wait()
        return Child.Result(stdout: folder.read("stdout"), stderr: rest.all(), status: status)
    }

    /// What was read of the error output, and what there is still to read.
    private struct Rest {
        private let begin: [UInt8]
        private let descriptor: Int32

        init(_ begin: [UInt8], _ descriptor: Int32) { (self.begin, self.descriptor) = (begin, descriptor) }

        func all() -> [UInt8] {
            var text = begin
            var byte: UInt8 = 0
            while unsafe read(descriptor, &byte, 1) == 1 { text.append(byte) }
            close(descriptor)
            return text
        }
    }
}
