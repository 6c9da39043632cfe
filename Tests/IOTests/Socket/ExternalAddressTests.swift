import Core
import IO
import Testing

@Suite("ExternalAddress: a STUN server on loopback")
struct ExternalAddressTests {
    @Test("the first server that answers counts; its answer is believed only with the right transaction")
    func asks() throws {
        let server = try UDPSocket(bind: SocketAddress(.loopback, 0))
        let silent = try UDPSocket(bind: SocketAddress(.loopback, 0))
        let servers = ["\(silent.localAddress)", "\(server.localAddress)"]
        let found = try Mailbox<String>()
        let thread = try WorkerThread(name: "stun") {
            // The silent one is asked with little patience, the other answers at once.
            let address = try? ExternalAddress.ask(servers, from: .loopback, patience: .milliseconds(200))
            found.post(address.map { "\($0)" } ?? "none")
        }
        var buffer = [UInt8](repeating: 0, count: 1500)
        let end = limit()
        while found.depth == 0 {
            guard SystemClock.now() < end else { throw TimedOut() }
            var span = buffer.mutableSpan
            guard let (length, source) = server.receive(into: &span) else { continue }
            #expect(length == 20)
            let address: [UInt8] = [0, 0x20, 0, 8, 0, 1, 0, 0, 203 ^ 0x21, 0 ^ 0x12, 113 ^ 0xa4, 9 ^ 0x42]
            server.send([1, 1, 0, 12] + [UInt8](repeating: 7, count: 16) + address, to: source)
            server.send([1, 1, 0, 12] + Array(buffer[4..<20]) + address, to: source)
        }
        thread.join()
        var letters: [String] = []
        found.drain(into: &letters)
        #expect(letters == ["203.0.113.9"])
    }

    @Test("nobody answers: the sentence names who was asked")
    func silence() throws {
        let silent = try UDPSocket(bind: SocketAddress(.loopback, 0))
        let error = #expect(throws: IOError.self) {
            _ = try ExternalAddress.ask(["\(silent.localAddress)"], from: .loopback, patience: .milliseconds(1))
        }
        #expect(error.map { "\($0)" }?.contains("\(silent.localAddress) does not answer") == true)
    }
}
