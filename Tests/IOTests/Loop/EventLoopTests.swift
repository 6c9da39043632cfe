import Core
import IO
import Testing

@Suite("EventLoop")
struct EventLoopTests {
    @Test("every deadline fires once, none early")
    func deadlines() throws {
        let loop = try EventLoop()
        var fired: [Int] = []
        var early = 0
        let start = SystemClock.now()
        var handlers: [Recorder] = []
        for (number, delay) in [30, 10, 20].enumerated() {
            let handler = Recorder()
            let due = start + .milliseconds(delay)
            handler.deadline = due
            handler.onWake = { now in
                fired.append(number)
                if now < due { early += 1 }
                handler.deadline = nil
                if fired.count == 3 { loop.stop() }
            }
            handlers.append(handler)
            loop.add(deadlines: handler)
        }
        try run(loop)
        #expect(fired.sorted() == [0, 1, 2])
        #expect(early == 0)
        for handler in handlers { loop.remove(deadlines: handler) }
    }

    @Test("a scheduled wake-up fires once, moves and can be cancelled")
    func schedule() throws {
        let loop = try EventLoop()
        let (moved, cancelled) = (Recorder(), Recorder())
        var wakes = 0
        moved.onWake = { _ in wakes += 1 }
        cancelled.onWake = { _ in Issue.record("it was cancelled") }
        let now = SystemClock.now()
        loop.schedule(moved, at: now + .seconds(100))
        loop.schedule(moved, at: now)
        loop.schedule(cancelled, at: now)
        loop.schedule(cancelled, at: nil)
        loop.turn(until: now)
        loop.turn(until: now)
        #expect(wakes == 1)
    }

    @Test("a handler that another handler of the same turn removed is not called")
    func removal() throws {
        let loop = try EventLoop()
        let boxes = [try Mailbox<Int>(), try Mailbox<Int>()]
        var registrations: [EventLoop.Registration] = []
        var calls = 0
        for (index, box) in boxes.enumerated() {
            let handler = Recorder()
            handler.onReady = { events, _ in
                calls += 1
                #expect(events == .readable)
                loop.remove(registrations[1 - index])
            }
            registrations.append(try loop.add(box.fd, .readable, handler))
            box.post(0)
        }
        #expect(loop.turn(until: limit()) == 2)
        #expect(calls == 1)
    }

    @Test("a stale registration changes nothing for the descriptor that took its place")
    func staleRegistration() throws {
        let loop = try EventLoop()
        let box = try Mailbox<Int>()
        let handler = Recorder()
        var calls = 0
        handler.onReady = { _, _ in calls += 1 }
        let first = try loop.add(box.fd, .readable, handler)
        loop.remove(first)
        let second = try loop.add(box.fd, .readable, handler)
        loop.remove(first)
        loop.modify(first, [])
        box.post(1)
        loop.turn(until: limit())
        #expect(calls == 1)
        loop.modify(second, [])
        #expect(loop.turn(until: SystemClock.now()) == 0)
    }

    @Test("watching a closed descriptor names the error")
    func badDescriptor() throws {
        let loop = try EventLoop()
        let error = #expect(throws: IOError.self) { try loop.add(987_654, .readable, Recorder()) }
        #expect(error?.name == "EBADF")
        #expect(error?.description == "cannot watch descriptor 987654: bad file descriptor")
    }
}
