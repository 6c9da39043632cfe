import Core
import Support
import Testing

private struct FlowFile: Decodable {
    struct Item: Decodable {
        var label: String
        var message: String
    }
    var messages: [Item]
}

/// A user agent of a published call flow, with the dialogs that our code makes of what it sends and receives.
private struct UserAgent {
    var sent: [CSeq: Message] = [:]
    var received: [CSeq: Message] = [:]
    var dialogs: [DialogID: Dialog] = [:]
    /// By how much the numbers of a dialog differ from ours.
    var numberOffset: [DialogID: Int] = [:]
    /// How many of its requests were compared with ours.
    var compared = 0

    mutating func receive(_ message: Message) throws {
        let cseq = try #require(message.cseq)
        if message.isRequest {
            received[cseq] = message
            guard let id = DialogID(request: message), cseq.method != .cancel, dialogs[id] != nil else { return }
            #expect(dialogs[id]?.receive(request: message) == .accept)
            dialogs[id]?.updateTarget(from: message)
        } else if cseq.method == .invite, let id = DialogID(response: message), let invite = sent[cseq] {
            if dialogs[id] != nil {
                dialogs[id]?.confirm(with: message)
                dialogs[id]?.updateTarget(from: message)
            } else if let dialog = Dialog(uac: invite, response: message, transport: .udp) {
                #expect(dialog.id == id)
                dialogs[id] = dialog
            }
        }
    }

    mutating func send(_ message: Message) throws {
        let cseq = try #require(message.cseq)
        if message.isRequest {
            sent[cseq] = message
            guard let to = message.toTag, let from = message.fromTag, let callID = message.callID else { return }
            let id = DialogID(callID: callID, local: from, remote: to)
            // The ACK for a failure is no request within the dialog: it has the branch of its INVITE.
            let isOfInvite = sent[CSeq(cseq.number, .invite)]?.topVia?.branch == message.topVia?.branch
            if dialogs[id] != nil, cseq.method != .ack || !isOfInvite { try compare(message, id) }
        } else if cseq.method == .invite, message.statusCode > 100, message.statusCode < 300,
            let invite = received[cseq], let tag = message.toTag
        {
            guard let made = Dialog(uas: invite, localTag: tag, transport: .udp) else { return }
            if dialogs[made.id] == nil { dialogs[made.id] = made }
            if message.statusCode >= 200 { dialogs[made.id]?.confirm() }
        }
    }

    /// Builds the request that the flow shows and compares what §12.2.1.1 rules.
    private mutating func compare(_ expected: Message, _ id: DialogID) throws {
        let via = try #require(expected.topVia)
        var writer = MessageWriter()
        let bare = Via(transport: .udp, host: via.host, port: via.port)
        dialogs[id]?.makeRequest(expected.method, branch: Branch("z9hG4bK1"), via: bare, into: &writer)
        writer.body()
        let built = try Message(parsing: writer.bytes, framing: .stream)
        #expect(built.faults.isEmpty)
        // RFC 3665 §3.2 forgets the transport=tcp of its own Contacts.
        let (ours, theirs) = (built.string(built.requestURI), expected.string(expected.requestURI))
        #expect(ours == theirs || ours == theirs + ";transport=tcp")
        for name in [HeaderName.route, .from, .to, .callID] {
            #expect(built.values(name).map(built.string) == expected.values(name).map(expected.string), "\(name)")
        }
        let (number, shown) = (try #require(built.cseq), try #require(expected.cseq))
        #expect(number.method == shown.method)
        // The first number of a callee is its own choice.
        let difference = numberOffset[id] ?? Int(shown.number) - Int(number.number)
        if numberOffset[id] == nil { numberOffset[id] = difference }
        #expect(Int(shown.number) - Int(number.number) == difference)
        #expect(difference == 0 || dialogs[id]?.remoteSeq != nil)
        compared += 1
    }
}

@Suite("Dialogs of the published call flows (RFC 3665 §3)")
struct DialogFlowTests {
    /// Rows: section; how many requests of Alice and of Bob within a dialog there are.
    @Test(
        "Request-URI, Route, From, To and CSeq are those of the flow",
        arguments: [
            ("3.2", 1, 1), ("3.3", 1, 0), ("3.4", 1, 1), ("3.5", 2, 0), ("3.7", 2, 2), ("3.8", 0, 0), ("3.9", 0, 0),
        ])
    func flows(section: String, alice: Int, bob: Int) throws {
        let file: FlowFile = Fixtures.json("flows/rfc3665/\(section).json")
        var agents = ["Alice": UserAgent(), "Bob": UserAgent()]
        for item in file.messages {
            let message = try Message(parsing: Array(item.message.utf8), framing: .datagram)
            let words = item.label.split(separator: " ")
            let arrow = try #require(words.firstIndex(of: "->"))
            try agents[String(words[arrow - 1])]?.send(message)
            try agents[String(words[arrow + 1])]?.receive(message)
        }
        #expect(agents["Alice"]?.compared == alice)
        #expect(agents["Bob"]?.compared == bob)
        for (id, dialog) in agents["Alice"]?.dialogs ?? [:] {
            #expect(agents["Bob"]?.dialogs[DialogID(callID: id.callID, local: id.remote, remote: id.local)] != nil)
            #expect(dialog.state == (section == "3.8" ? .early : .confirmed))
        }
    }
}
