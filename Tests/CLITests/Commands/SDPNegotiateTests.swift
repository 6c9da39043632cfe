import Core
import Support
import Synchronization
import Testing

@testable import sipctl

@Suite("sdp-negotiate over recorded descriptions") struct SDPNegotiateTests {
    /// What a run left on standard output, with its status.
    private struct Run {
        var status: sipctl.ExitStatus
        var out: [UInt8]
    }

    static let fixtures = Fixtures.names(in: "sdp", suffix: ".sdp") + Fixtures.names(in: "rfc4317", suffix: "offer.sdp")

    private func run(_ words: [String]) async throws -> Run {
        let out = Mutex<[UInt8]>([])
        let terminal = Terminal(
            output: OutputStream(isTerminal: false, columns: { nil }) { bytes in
                out.withLock { $0 += bytes }
                return nil
            },
            errors: OutputStream(isTerminal: false, columns: { nil }, write: { _ in nil }),
            environment: Environment(), now: { .zero })
        var used = terminal
        let status = await Main.run(["sdp-negotiate"] + words, Environment(), &used)
        return Run(status: status, out: out.withLock { $0 })
    }

    private func object(_ run: Run) throws -> JSONValue { try JSONValue(parsing: run.out) }

    @Test("every offer is answered or refused with a reason", arguments: fixtures)
    func answers(name: String) async throws {
        let path = "\(Fixtures.root)/Tests/Fixtures/\(name)"
        let result = try await run(["--offer", path, "--json"])
        let described = try object(result)
        guard result.status == .done else {
            #expect(result.status == .no)
            #expect(described["reason"]?.bytes?.isEmpty == false)
            #expect((described["status"]?.integer ?? 0) >= 400)
            return
        }
        let answer = try #require(described["answer"]?.bytes)
        let offered = try SessionDescription(parsing: Fixtures.bytes(name))
        #expect(try SessionDescription(parsing: answer).media.count == offered.media.count)
    }

    @Test("the offerer agrees with what we answered", arguments: fixtures)
    func mirror(name: String) async throws {
        let path = "\(Fixtures.root)/Tests/Fixtures/\(name)"
        let ours = try object(try await run(["--offer", path, "--json"]))
        guard let answer = ours["answer"]?.bytes, let media = ours["media"] else { return }
        let folder = TemporaryDirectory()
        folder.write(answer, to: "a.sdp")
        let result = try await run(["--offer", path, "--answer", folder.path + "/a.sdp", "--json"])
        let theirs = try #require(try object(result)["media"], "the offerer refuses our answer")
        for field in ["codec", "clock_rate", "rtcp_mux"] as [StaticString] {
            #expect(theirs[field] == media[field], "\(field)")
        }
        let direction = theirs["direction"]?.bytes.flatMap { MediaDirection($0[...]) }
        #expect(direction == media["direction"]?.bytes.flatMap { MediaDirection($0[...]) }?.complement)
    }
}
