import Core
import FoundationEssentials

/// Reads or writes every message of a folder ITER times, so that instructions and allocations can be counted from outside.
///
/// usage: ParseBench CORPUS_DIR ITER parse|ser|check
///   parse   each message with full validation, and every key value: all of Via, From, To, CSeq, Call-ID, Contact, Route and
///           Record-Route
///   ser     each message anew into one buffer: start line, every header field, body
///   check   once: a line a file with its faults and its number of key values
@main
struct ParseBench {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let rounds = Int(arguments[2]) else {
            print("usage: ParseBench CORPUS_DIR ITER parse|ser|check")
            return
        }
        let files = messages(in: arguments[1])
        switch arguments[3] {
        case "check": check(files)
        case "ser": serialise(files.map(\.bytes), rounds)
        default: parse(files.map(\.bytes), rounds)
        }
    }

    private static func messages(in folder: String) -> [(name: String, bytes: [UInt8])] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".sip") || $0.hasSuffix(".dat") }.sorted().map { name in
            (name, Array(FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()))
        }
    }

    private static func parse(_ messages: [[UInt8]], _ rounds: Int) {
        var (values, sum) = (0, 0)
        for round in 0..<rounds {
            for bytes in messages {
                guard let message = try? Message(parsing: bytes, framing: .datagram) else { continue }
                let count = message.keyValues(checksum: &sum)
                if round == 0 { values += count }
            }
        }
        print("parse: \(messages.count) messages, \(values) key values, \(rounds) rounds, sum \(sum)")
    }

    private static func serialise(_ messages: [[UInt8]], _ rounds: Int) {
        let parsed = messages.compactMap { try? Message(parsing: $0, framing: .datagram) }
        var writer = MessageWriter(reserving: 65_536)
        var sum = 0
        for _ in 0..<rounds {
            for message in parsed {
                writer.removeAll()
                writer.copy(message)
                sum &+= writer.bytes.count
            }
        }
        print("ser: \(parsed.count) messages, \(rounds) rounds, \(sum) bytes")
    }

    private static func check(_ files: [(name: String, bytes: [UInt8])]) {
        for (name, bytes) in files {
            do {
                let message = try Message(parsing: bytes, framing: .datagram)
                var sum = 0
                let faults = message.faults.map { "\($0.reason.rawValue)@\($0.offset)" }.joined(separator: " ")
                print("\(name) keys=\(message.keyValues(checksum: &sum)) faults: \(faults)")
            } catch {
                print("\(name) REFUSED \(error.reason.rawValue)@\(error.offset)")
            }
        }
    }
}
