import Core
import IO
import Testing

@Suite("Mailbox")
struct MailboxTests {
    @Test("posts wake the loop once and arrive in order")
    func order() throws {
        let loop = try EventLoop()
        var received: [Int] = []
        let inbox = try Inbox<Int>(on: loop) { letter, _ in received.append(letter) }
        #expect(inbox.mailbox.post(1) == 1)
        #expect(inbox.mailbox.post(2) == 2)
        #expect(inbox.mailbox.depth == 2)
        #expect(loop.turn(until: limit()) == 1)
        #expect(received == [1, 2])
        #expect(inbox.mailbox.depth == 0)
        #expect(loop.turn(until: SystemClock.now()) == 0)
    }

    @Test("drain appends to what the caller still holds")
    func drainAppends() throws {
        let mailbox = try Mailbox<String>()
        mailbox.post("b")
        var letters = ["a"]
        mailbox.drain(into: &letters)
        #expect(letters == ["a", "b"])
        letters.removeAll()
        mailbox.drain(into: &letters)
        #expect(letters.isEmpty)
    }

    @Test("four threads post, nothing is lost and each thread's order is kept")
    func threads() throws {
        struct Letter: Sendable {
            let thread: Int
            let number: Int
        }
        let perThread = 5000
        let loop = try EventLoop()
        var next = [Int](repeating: 0, count: 4)
        var received = 0
        let inbox = try Inbox<Letter>(on: loop) { letter, _ in
            #expect(letter.number == next[letter.thread])
            next[letter.thread] = letter.number + 1
            received += 1
            if received == 4 * perThread { loop.stop() }
        }
        let mailbox = inbox.mailbox
        var threads: [WorkerThread] = []
        for thread in 0..<4 {
            threads.append(
                try WorkerThread(name: "poster-\(thread)") {
                    for number in 0..<perThread { mailbox.post(Letter(thread: thread, number: number)) }
                })
        }
        try run(loop)
        for thread in threads { thread.join() }
        #expect(next == [Int](repeating: perThread, count: 4))
    }
}
