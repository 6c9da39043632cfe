import Glibc
import Support
import Testing

@Suite("parse and build in pipes") struct PipeTests {
    private static let message = Array(
        """
        OPTIONS sip:b@example.com SIP/2.0\r
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r
        From: <sip:a@example.com>;tag=1\r
        To: <sip:b@example.com>\r
        Call-ID: one\r
        CSeq: 1 OPTIONS\r
        Max-Forwards: 70\r
        Content-Length: 0\r
        \r

        """.utf8)

    private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        return count == bytes.count
    }

    private func readLine(_ descriptor: Int32) -> [UInt8] {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(descriptor, &byte, 1) == 1, byte != 0x0a { line.append(byte) }
        return line
    }

    @Test("a message is printed before the next one comes, in both directions")
    func prompt() throws {
        let (input, json, output) = (Pipe(), Pipe(), Pipe())
        let folder = TemporaryDirectory()
        let errors = folder.create("stderr")
        let parse = try Child(["parse"], in: folder.path, streams: (input.output, json.input, errors))
        let build = try Child(["build"], in: folder.path, streams: (json.output, output.input, errors))
        for descriptor in [input.output, json.input, json.output, output.input] { close(descriptor) }
        for _ in 0..<3 {
            #expect(write(Self.message, to: input.input))
            for line in Self.message.split(separator: 0x0a) { #expect(readLine(output.output) == Array(line)) }
        }
        close(input.input)
        #expect(parse.wait() == 0)
        #expect(build.wait() == 0)
        #expect(folder.read("stderr").isEmpty)
    }

    @Test("parse ends when its reader has gone, although its input has not ended (… | sipctl parse | head -1)")
    func readerGone() throws {
        let (input, output) = (Pipe(), Pipe())
        let folder = TemporaryDirectory()
        let errors = folder.create("stderr")
        let parse = try Child(["parse"], in: folder.path, streams: (input.output, output.input, errors))
        for descriptor in [input.output, output.input] { close(descriptor) }
        #expect(write(Self.message, to: input.input))
        #expect(!readLine(output.output).isEmpty)
        close(output.output)
        #expect(write(Self.message, to: input.input))
        #expect(parse.wait() == 0)
        #expect(folder.read("stderr").isEmpty)
        close(input.input)
    }

    @Test(
        "parse, build, parse, build: the second round changes nothing (RFC 4475 §3.1.1)",
        arguments: [
            "wsinv", "intmeth", "esc01", "escnull", "esc02", "lwsdisp", "longreq", "semiuri", "transports", "mpart01",
            "unreason", "noreason", "multi01",
        ])
    func canonical(name: String) throws {
        let directory = TemporaryDirectory()
        func run(_ command: String, _ input: [UInt8]) throws -> [UInt8] {
            try Child.run([command], stdin: input, in: directory).stdout
        }
        let once = try run("build", run("parse", Fixtures.bytes("rfc4475/\(name).dat")))
        #expect(!once.isEmpty)
        #expect(try run("build", run("parse", once)) == once)
    }
}
