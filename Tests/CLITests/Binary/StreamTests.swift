import Glibc
import Support
import Testing

@Suite("Streams of the program") struct StreamTests {
    @Test("a reader that has gone is a quiet end (sipctl help | true)")
    func closedPipe() throws {
        let output = Pipe()
        let folder = TemporaryDirectory()
        close(output.output)
        let stderr = folder.create("stderr")
        let child = try Child(["help"], in: folder.path, streams: (stderr, output.input, stderr))
        #expect(child.wait() == 0)
        #expect(folder.read("stderr").isEmpty)
    }

    @Test("a full disk is an error of the file, and is told")
    func fullDisk() throws {
        let folder = TemporaryDirectory()
        let full = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
        let child = try Child(["help"], in: folder.path, streams: (full, full, folder.create("stderr")))
        #expect(child.wait() == 5)
        let text = String(decoding: folder.read("stderr"), as: UTF8.self)
        #expect(text == "sipctl: cannot write to standard output: No space left on device\n")
    }

    @Test(
        "colour only on a terminal, and not with NO_COLOR or TERM=dumb",
        arguments: [
            ([:], true), (["NO_COLOR": "1"], false), (["TERM": "dumb"], false), (["NO_COLOR": ""], true),
        ])
    func colour(variables: [String: String], isColoured: Bool) throws {
        let text = try onTerminal("help", variables)
        #expect(text.contains("Usage:"))
        #expect(text.contains("\u{1b}[1m") == isColoured)
    }

    @Test("--color beats NO_COLOR")
    func colourAlways() throws {
        let result = try Child.run(
            ["help", "--color", "always"], in: TemporaryDirectory(), environment: ["NO_COLOR": "1"])
        #expect(result.stdout.contains(0x1b))
    }

    @Test("parse tells a person at a terminal what is wrong with each message")
    func notes() throws {
        let fixture = Fixtures.root + "/Tests/Fixtures/rfc4475/badinv01.dat"
        let text = try onTerminal("parse '\(fixture)' > /dev/null", [:], status: 1)
        #expect(text.contains("badinv01.dat: message 1 is not valid SIP: a parameter is malformed (byte "))
        #expect(text.contains("sipctl: 1 of 1 message is not valid"))
    }

    /// What the program writes when its streams are a terminal.
    private func onTerminal(_ arguments: String, _ variables: [String: String], status: Int32 = 0) throws -> String {
        let result = try Child.run(
            ["-qefc", "'\(Child.binary)' \(arguments)", "/dev/null"], program: "/usr/bin/script",
            in: TemporaryDirectory(), environment: Child.environment.merging(variables) { $1 })
        #expect(result.status == status)
        return String(decoding: result.stdout, as: UTF8.self)
    }
}
