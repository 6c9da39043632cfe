import Core
import Support
import Testing

private func v4(_ bits: UInt32) -> IPAddress { IPAddress(v4: bits) }
private let seed: (UInt64, UInt64) = (0x1234_5678_9abc_def0, 0x0fed_cba9_8765_4321)

@Suite("SourceLimits: token buckets")
struct SourceLimitsRateTests {
    private func limits(_ change: (inout SourceLimits.Policy) -> Void = { _ in }) -> SourceLimits {
        var policy = SourceLimits.Policy()
        policy.unknown.invite = RateLimit(perSecond: 2, burst: 3)
        change(&policy)
        return SourceLimits(policy: policy, seed: seed)
    }

    @Test("a burst, then one refusal, then silence; and again as time goes by")
    func bucket() {
        var limits = limits()
        var now = Instant.zero
        func ask() -> SourceLimits.Verdict { limits.decide(.invite, from: v4(1), at: now) }
        #expect((0..<5).map { _ in ask() } == [.pass, .pass, .pass, .refuse(retryAfter: .seconds(1)), .drop])
        now = now + .milliseconds(499)
        #expect(ask() == .drop)
        now = now + .milliseconds(1)
        #expect([ask(), ask()] == [.pass, .drop])
        now = now + .milliseconds(499)
        #expect(ask() == .drop, "one refusal a second")
        now = now + .seconds(60)
        #expect((0..<4).map { _ in ask() } == [.pass, .pass, .pass, .refuse(retryAfter: .seconds(1))])
        #expect([limits.counts.passed, limits.counts.refused, limits.counts.dropped] == [7, 2, 4])
    }

    @Test("kinds and sources do not share; the addresses of an IPv6 /64 do")
    func apart() {
        var limits = limits { $0.unknown.register = RateLimit(perSecond: 1, burst: 1) }
        let prefix: UInt64 = 0x2001_0db8_0000_0001
        func ask(_ source: IPAddress, _ kind: LimitedRequest = .register) -> Bool {
            limits.decide(kind, from: source, at: .zero) == .pass
        }
        #expect([ask(v4(1)), ask(v4(1)), ask(v4(2)), ask(v4(1), .invite)] == [true, false, true, true])
        #expect([ask(.init(high: prefix, low: 1)), ask(.init(high: prefix, low: 2))] == [true, false])
        #expect([ask(.init(high: prefix + 1, low: 1)), ask(.init(high: 0, low: 1))] == [true, true])
        #expect(!ask(.init(high: 0, low: 1)))
    }

    @Test("trusted sources are exempt, or have their own rate")
    func trusted() {
        var exempt = limits()
        #expect((0..<1000).allSatisfy { _ in exempt.decide(.invite, from: v4(1), isTrusted: true, at: .zero) == .pass })
        var bound = limits { $0.trusted = .init(each: RateLimit(perSecond: 10, burst: 30)) }
        let passed = (0..<100).filter { _ in bound.decide(.invite, from: v4(1), isTrusted: true, at: .zero) == .pass }
        #expect(passed.count == 30)
    }

    @Test("who has authenticated gets the rate of the proven, for a while")
    func proven() {
        var limits = limits { $0.proven = .init(each: RateLimit(perSecond: 1, burst: 10)) }
        limits.succeeded(.authentication, from: v4(1), at: .zero)
        func passed(at now: Instant) -> Int {
            (0..<50).filter { _ in limits.decide(.invite, from: v4(1), at: now) == .pass }.count
        }
        #expect(passed(at: .zero) == 10)
        #expect(passed(at: .zero + .seconds(3601)) == 3)
    }

    @Test("ten thousand forged sources a second: the newcomers' rate, silence beyond, and no harm to the proven")
    func flood() {
        var limits = limits { $0.capacity = 256 }
        limits.succeeded(.authentication, from: v4(7), at: .zero)
        var random = SeededRandom(seed: 1)
        var (passed, proven) = (0, 0)
        for index in 0..<30_000 {
            let now = Instant.zero + .microseconds(index * 100)
            let verdict = limits.decide(.invite, from: v4(UInt32.random(in: 1000...(.max), using: &random)), at: now)
            #expect(verdict == .pass || verdict == .drop)
            if verdict == .pass { passed += 1 }
            if index.isMultiple(of: 500), limits.decide(.invite, from: v4(7), at: now) == .pass { proven += 1 }
        }
        #expect((998...1000).contains(passed), "400 at once and 200 a second: \(passed)")
        #expect(proven == 60)
    }

    @Test(
        "the kind of a request before it is parsed",
        arguments: [
            ("INVITE sip:a SIP/2.0", LimitedRequest.invite), ("REGISTER sip:a", .register), ("OPTIONS sip:a", .options),
            ("SIP/2.0 200 OK", nil), ("MESSAGE sip:a", .other), ("", .other), ("INV", .other), ("REFER sip:a", .other),
            ("\r\n\r\n", .other),
        ])
    func kind(text: String, kind: LimitedRequest?) {
        let bytes = Array(text.utf8)
        #expect(LimitedRequest(start: bytes.span) == kind)
    }
}

@Suite("SourceLimits: lock-outs")
struct LockoutTests {
    private func limits(_ change: (inout SourceLimits.Policy) -> Void = { _ in }) -> SourceLimits {
        var policy = SourceLimits.Policy()
        policy.authentication.free = 2
        policy.pin.free = 2
        policy.unknown.invite = RateLimit(perSecond: 1000, burst: 1000)
        policy.proven = policy.unknown
        change(&policy)
        return SourceLimits(policy: policy, seed: seed)
    }

    @Test("each wrong guess beyond the free ones doubles the time, up to the longest")
    func grows() {
        var limits = limits()
        var now = Instant.zero
        var locks: [Int64?] = []
        for _ in 0..<12 {
            let lock = limits.failed(.authentication, from: v4(1), at: now)
            locks.append(lock.map { $0.milliseconds / 1000 })
            now = now + (lock ?? .seconds(1))
            #expect(limits.lockout(.authentication, of: v4(1), at: now) == nil)
        }
        #expect(locks == [nil, nil, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])
    }

    @Test("while it lasts, requests are refused with the time that is left, then dropped; PINs have their own")
    func locked() {
        var limits = limits()
        for _ in 0..<3 { _ = limits.failed(.authentication, from: v4(1), at: .zero) }
        let now = Instant.zero + .milliseconds(9500)
        #expect(limits.decide(.invite, from: v4(1), at: now) == .refuse(retryAfter: .seconds(21)))
        #expect(limits.decide(.register, from: v4(1), at: now) == .drop)
        #expect(limits.decide(.invite, from: v4(1), isTrusted: true, at: now) == .pass)
        #expect(limits.lockout(.pin, of: v4(1), at: now) == nil)
        #expect(limits.decide(.invite, from: v4(1), at: .zero + .seconds(30)) == .pass)
        for _ in 0..<3 { _ = limits.failed(.pin, from: v4(2), at: now) }
        #expect(limits.lockout(.pin, of: v4(2), at: now) == .seconds(30))
        #expect(limits.decide(.invite, from: v4(2), at: now) == .pass)
    }

    @Test("success forgets, and so does time")
    func forgets() {
        var limits = limits()
        func fail(_ seconds: Int) -> Duration? {
            limits.failed(.authentication, from: v4(1), at: .zero + .seconds(seconds))
        }
        #expect([fail(0), fail(0)] == [nil, nil])
        limits.succeeded(.authentication, from: v4(1), at: .zero)
        #expect([fail(1), fail(1), fail(1)] == [nil, nil, .seconds(30)])
        #expect([fail(31 + 3601), fail(31 + 3601), fail(31 + 3601)] == [nil, nil, .seconds(30)])
    }

    @Test("one caller behind a trunk is locked out, the others are not")
    func callers() {
        var limits = limits()
        let (bad, good) = (Array("+15550100".utf8), Array("+15550101".utf8))
        for _ in 0..<3 { _ = limits.failed(.pin, from: v4(1), caller: bad, at: .zero) }
        #expect(limits.lockout(.pin, of: v4(1), caller: bad, at: .zero) == .seconds(30))
        #expect(limits.lockout(.pin, of: v4(1), caller: good, at: .zero) == nil)
        #expect(limits.lockout(.pin, of: v4(1), at: .zero) == nil)
        #expect(limits.lockout(.pin, of: v4(2), caller: bad, at: .zero) == nil)
        limits.succeeded(.pin, from: v4(1), caller: bad, at: .zero)
        #expect(limits.lockout(.pin, of: v4(1), caller: bad, at: .zero) == nil)
    }

    @Test("no number of fresh sources frees a locked one", arguments: 1...3)
    func keepsLocked(seed: Int) {
        var limits = limits {
            $0.capacity = 64
            $0.newcomers = RateLimit(perSecond: 1_000_000, burst: 1_000_000)
        }
        for source in 1...40 as ClosedRange<UInt32> {
            for _ in 0..<3 { _ = limits.failed(.authentication, from: v4(source), at: .zero) }
        }
        let locked = (1...40).filter { limits.lockout(.authentication, of: v4($0), at: .zero) != nil }
        // Sets that are full of locked sources make room only for another that guesses.
        #expect(locked.count >= 30)
        var random = SeededRandom(seed: UInt64(seed))
        for _ in 0..<20_000 {
            _ = limits.decide(.invite, from: v4(UInt32.random(in: 1000...(.max), using: &random)), at: .zero)
        }
        #expect(locked.allSatisfy { limits.lockout(.authentication, of: v4($0), at: .zero) == .seconds(30) })
    }
}
