import Core
import Media
import Support
import Testing

@testable import IO

@Suite("MediaDriver: programs of live calls")
struct ProgramTests {
    let rig: DriverRig

    init() throws { rig = try DriverRig() }

    /// A tone as a prompt.
    private func prompt(_ frequency: Int, ticks: Int) -> [Int16] {
        var samples = [Int16](repeating: 0, count: ticks * 160)
        var generator = ToneGenerator(frequency: Double(frequency), level: -10)
        var span = samples.mutableSpan
        generator.fill(&span)
        return samples
    }

    @Test("a call goes from silence to a room, to another, to its echo and back", arguments: [0, 1])
    func changes(worker: Int) throws {
        let host = try rig.call(on: 0, LegProgram(.room("r")), speaks: 500)
        let guest = try rig.call(on: worker, LegProgram(.silence), speaks: 700)
        #expect(rig.hears(guest) == [] && rig.hears(host) == [])
        rig.order(.change(LegProgram(.room("r"))), on: guest)
        #expect(rig.hears(guest) == [500] && rig.hears(host) == [700])
        #expect(rig.rooms == ["r 2"])
        rig.order(.change(LegProgram(.room("s"))), on: guest)
        #expect(rig.hears(guest) == [] && rig.hears(host) == [])
        #expect(rig.rooms == ["r 1", "s 1"])
        rig.order(.change(LegProgram(.echo)), on: guest)
        #expect(rig.hears(guest) == [700] && rig.hears(host) == [])
        #expect(rig.rooms == ["r 1"])
        rig.order(.change(LegProgram(.tone(900))), on: guest)
        #expect(rig.hears(guest) == [900])
        rig.order(.change(LegProgram(.room("r"))), on: guest)
        #expect(rig.hears(guest) == [500] && rig.hears(host) == [700])
        rig.hangUp(guest)
        #expect(rig.hears(host) == [] && rig.rooms == ["r 1"])
        rig.hangUp(host)
        rig.run(2)
        #expect(rig.rooms == [] && rig.drivers.allSatisfy { $0.isIdle && $0.deadline == nil })
        #expect(rig.faults() == [])
    }

    @Test("a call without audio is given up: soon when none ever came, later when there was some")
    func mediaTimeouts() throws {
        func silent(_ change: (inout MediaRules) -> Void) throws -> DriverRig.Call {
            try rig.call(on: 0, LegProgram(.silence) { change(&$0.rules) }, speaks: 700)
        }
        let strict = try silent { ($0.timeout, $0.initialTimeout) = (.seconds(5), .seconds(1)) }
        let patient = try silent { ($0.timeout, $0.initialTimeout) = (nil, nil) }
        let mute = try rig.open(on: 0, LegProgram(.silence) { $0.rules.initialTimeout = .seconds(2) }, speaks: 700)
        rig.configure(mute, from: SocketAddress(.loopback, 9))
        rig.run(150)
        #expect(rig.timeouts == ["\(mute.key) 2"])
        for call in [strict, patient] { rig.drivers[2].close(call.phone) }
        rig.run(200)
        #expect(rig.timeouts.count == 1)
        rig.run(100)
        #expect(rig.timeouts.last == "\(strict.key) 5" && rig.timeouts.count == 2)
    }

    @Test("a program that waits for the ACK begins with it, and changes before it do not begin it")
    func waitsForACK() throws {
        let host = try rig.call(on: 0, LegProgram(.room("r")), speaks: 500)
        let waiting = LegProgram(.room("s")) { $0.rules.waitsForACK = true }
        let guest = try rig.call(on: 0, waiting, speaks: 700)
        #expect(rig.hears(host) == [] && rig.rooms == ["r 1"])
        rig.order(.change(LegProgram(.room("r"))), on: guest)
        #expect(rig.rooms == ["r 1"])
        rig.drivers[0].acknowledged(guest.key)
        #expect(rig.hears(host) == [700] && rig.rooms == ["r 2"])
    }

    @Test("digits go as tones to a peer that takes no telephone-events, when that is wanted")
    func tones() throws {
        for plays in [true, false] {
            let program = LegProgram(.silence) { $0.rules.playsDigits = plays }
            let call = try rig.open(on: 0, program, speaks: 500)
            rig.configure(call, telephoneEvents: false)
            rig.answer(call)
            rig.run(20)
            rig.order(.send(try DTMFSequence("5")), on: call)
            var (low, high) = (Goertzel(frequency: 770), Goertzel(frequency: 1336))
            for _ in 0..<15 {
                rig.run(1)
                guard let leg = rig.drivers[2].leg(call.phone) else { return #expect(Bool(false)) }
                low.add(leg.received.span)
                high.add(leg.received.span)
            }
            #expect((low.takeAmplitude() > 1000 && high.takeAmplitude() > 1000) == plays)
            #expect(rig.faults().count == (plays ? 0 : 1))
        }
    }

    @Test("a room outlives its first member, on whose worker it is mixed")
    func homeLeaves() throws {
        let first = try rig.call(on: 0, LegProgram(.room("r")), speaks: 500)
        let second = try rig.call(on: 1, LegProgram(.room("r")), speaks: 700)
        let third = try rig.call(on: 1, LegProgram(.room("r")), speaks: 900)
        rig.order(.change(LegProgram(.silence)), on: first)
        #expect(rig.hears(second) == [900] && rig.hears(third) == [700] && rig.hears(first) == [])
        rig.order(.change(LegProgram(.room("r"))), on: first)
        #expect(rig.hears(first) == [700, 900] && rig.hears(second) == [500, 900])
    }

    @Test("the room that a call is in is not left for itself")
    func sameRoom() throws {
        let call = try rig.call(on: 0, LegProgram(.room("r")), speaks: 500)
        rig.run(2)
        let before = rig.shared.rooms.all.map(\.room)
        rig.order(.change(LegProgram(.room("r")) { $0.recording = nil }), on: call)
        #expect(rig.shared.rooms.all.map(\.room) == before && rig.rooms == ["r 1"])
    }

    @Test("a program that is changed before the call has media is the one that begins")
    func beforeMedia() throws {
        let call = try rig.open(on: 0, LegProgram(.room("r")), speaks: 500)
        rig.order(.change(LegProgram(.echo)), on: call)
        #expect(rig.rooms == [])
        rig.configure(call)
        rig.answer(call)
        #expect(rig.hears(call) == [500] && rig.rooms == [])
    }

    @Test("a prompt is played once in place of the room, and the room hears nothing meanwhile", arguments: [0, 1])
    func prompts(worker: Int) throws {
        let host = try rig.call(on: 0, LegProgram(.room("r")), speaks: 500)
        let guest = try rig.call(on: worker, LegProgram(.room("r")), speaks: 700)
        rig.order(.play(prompt(1100, ticks: 200)), on: guest)
        #expect(rig.hears(guest) == [1100] && rig.hears(host) == [])
        #expect(rig.promptsPlayed(guest) == 0)
        rig.run(100)
        #expect(rig.promptsPlayed(guest) == 1)
        #expect(rig.hears(guest) == [500] && rig.hears(host) == [700])
        #expect(rig.promptsPlayed(guest) == 1)
    }

    @Test("a prompt goes on when the call goes to a room")
    func promptThenRoom() throws {
        let host = try rig.call(on: 0, LegProgram(.room("r")), speaks: 500)
        let guest = try rig.call(on: 0, LegProgram(.silence), speaks: 700)
        rig.order(.play(prompt(1100, ticks: 100)), on: guest)
        rig.order(.change(LegProgram(.room("r"))), on: guest)
        #expect(rig.hears(guest) == [1100])
        rig.run(60)
        #expect(rig.promptsPlayed(guest) == 1)
        #expect(rig.hears(guest) == [500] && rig.hears(host) == [700])
    }

    @Test("a prompt that is replaced or stopped ends without notice")
    func replacedPrompts() throws {
        let call = try rig.open(on: 0, LegProgram(.silence), speaks: 700)
        rig.order(.play(prompt(900, ticks: 300)), on: call)
        rig.configure(call)
        rig.answer(call)
        #expect(rig.hears(call) == [900])
        rig.order(.play(prompt(1100, ticks: 300)), on: call)
        #expect(rig.hears(call) == [1100])
        rig.order(.stopPrompt, on: call)
        #expect(rig.hears(call) == [])
        #expect(rig.promptsPlayed(call) == 0)
        rig.order(.play([]), on: call)
        rig.run(1)
        #expect(rig.promptsPlayed(call) == 1)
    }

    @Test("digits are heard over a prompt")
    func digitsOverPrompt() throws {
        let call = try rig.call(on: 0, LegProgram(.silence), speaks: 700)
        rig.order(.play(prompt(900, ticks: 200)), on: call)
        rig.drivers[2].send(try DTMFSequence("42#"), on: call.phone)
        rig.run(120)
        #expect(rig.digits(at: call.key) == "42#" && rig.promptsPlayed(call) == 0)
    }

    @Test("a call that is not answered rings in its room", arguments: [0, 1])
    func dialTone(worker: Int) throws {
        let host = try rig.call(on: 0, LegProgram(.room("r")), speaks: 500)
        let program = LegProgram(.room("r")) { $0.dialTone = Tone([425]) }
        let guest = try rig.open(on: worker, program, speaks: 700)
        #expect(rig.hears(host) == [425] && rig.rooms == ["r 2"])
        rig.configure(guest)
        rig.answer(guest)
        #expect(rig.hears(host) == [700] && rig.hears(guest) == [500])
        #expect(rig.rooms == ["r 2"])
        rig.hangUp(guest)
        #expect(rig.hears(host) == [] && rig.rooms == ["r 1"])
    }

    @Test("early media takes the place of the dial tone; so does the answer of a peer that is silent")
    func dialToneEnds() throws {
        let host = try rig.call(on: 0, LegProgram(.room("r")), speaks: 500)
        let program = LegProgram(.room("r")) { $0.dialTone = Tone([425]) }
        let early = try rig.open(on: 1, program, speaks: 700)
        rig.configure(early)
        #expect(rig.hears(host) == [700])
        rig.hangUp(early)
        let silent = try rig.open(on: 1, program, speaks: 900)
        #expect(rig.hears(host) == [425])
        rig.drivers[1].answered(silent.key)
        #expect(rig.hears(host) == [])
        rig.hangUp(silent)
        let refused = try rig.open(on: 0, program, speaks: 900)
        #expect(rig.hears(host) == [425])
        rig.hangUp(refused)
        #expect(rig.hears(host) == [] && rig.rooms == ["r 1"])
    }

    @Test("digits wait for the answer, and orders queue up")
    func digits() throws {
        let program = LegProgram(.silence) { $0.digits = DTMFSequence([.pause(.milliseconds(100))]) }
        let call = try rig.open(on: 0, program, speaks: 700)
        rig.order(.send(try DTMFSequence("w12")), on: call)
        rig.configure(call)
        rig.run(200)
        #expect(rig.digits(at: call.phone) == "")
        rig.answer(call)
        rig.order(.send(try DTMFSequence("3,4")), on: call)
        rig.run(30)
        rig.order(.send(try DTMFSequence("5")), on: call)
        rig.run(300)
        #expect(rig.digits(at: call.phone) == "12345" && rig.faults() == [])
    }

    @Test("digits that the peer does not take are a fault, not a silence")
    func noTelephoneEvents() throws {
        let call = try rig.open(on: 0, LegProgram(.silence), speaks: 700)
        rig.configure(call, telephoneEvents: false)
        rig.answer(call)
        rig.order(.send(try DTMFSequence("1")), on: call)
        rig.run(1)
        #expect(rig.faults() == ["the digits cannot be sent: the peer takes no telephone-events (RFC 4733)"])
    }

    @Test("orders for a call without a leg are faults")
    func noLeg() throws {
        let driver = rig.drivers[0]
        let key = CallKey(worker: 0, number: 99)
        driver.obey(.change(LegProgram()), on: key, at: rig.now)
        driver.obey(.play([]), on: key, at: rig.now)
        driver.obey(.send(try DTMFSequence("1")), on: key, at: rig.now)
        driver.obey(.record(path: "/none"), on: key, at: rig.now)
        driver.obey(.stopRecording, on: key, at: rig.now)
        driver.obey(.stopPrompt, on: key, at: rig.now)
        #expect(driver.notices.count == 4)
    }
}
