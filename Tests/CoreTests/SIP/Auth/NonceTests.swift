import Core
import Support
import Testing

@Suite("NonceSigner (RFC 7616 §3.3, nonce)")
struct NonceSignerTests {
    private let signer = NonceSigner(key: Array(repeating: 1, count: 32), lifetime: .seconds(10))
    private let v4 = IPAddress(v4: 0x0a00_0001)
    private let v6 = IPAddress(high: 0x2001_0db8_0000_0000, low: 1)

    @Test("valid for its source until it expires; never before its time")
    func lifetime() {
        let made = Instant.zero + .seconds(100)
        let nonce = signer.nonce(for: v6, random: 5, at: made)
        #expect(nonce.count == 40)
        guard case .valid(let seen) = signer.verdict(nonce, from: v6, at: made + .milliseconds(9999)) else {
            Issue.record("not valid")
            return
        }
        #expect(seen.issuedMs == 100_000)
        #expect(signer.verdict(nonce, from: v6, at: made + .seconds(10)) == .expired)
        #expect(signer.verdict(nonce, from: v6, at: made - .milliseconds(1000)) == .valid(seen))
        #expect(signer.verdict(nonce, from: v6, at: made - .milliseconds(1001)) == .expired)
        #expect(signer.verdict(nonce, from: v4, at: made) == .foreign)
    }

    @Test("every bit of it is signed")
    func bits() {
        let nonce = signer.nonce(for: v4, random: 5, at: .zero)
        for index in nonce.indices {
            for bit in 0..<8 {
                var changed = nonce
                changed[index] ^= 1 << UInt8(bit)
                #expect(signer.verdict(changed, from: v4, at: .zero) == .foreign)
            }
        }
        #expect(signer.verdict(nonce + nonce, from: v4, at: .zero) == .foreign)
    }

    @Test("random bits, time and source make it differ")
    func differs() {
        let nonces = [
            signer.nonce(for: v4, random: 1, at: .zero), signer.nonce(for: v4, random: 2, at: .zero),
            signer.nonce(for: v6, random: 1, at: .zero),
            signer.nonce(for: v4, random: 1, at: .zero + .milliseconds(1)),
        ]
        #expect(Set(nonces).count == 4)
    }
}

@Suite("NonceUses: the replay check of nc (RFC 7616 §3.4)")
struct NonceUsesTests {
    private func nonce(_ id: UInt64, _ issuedMs: Int64 = 0) -> NonceSigner.Nonce { .init(id: id, issuedMs: issuedMs) }

    @Test("each count once, in any order within 64 of the highest")
    func window() {
        var uses = NonceUses(capacity: 4)
        let counts: [UInt32] = [1, 1, 3, 2, 2, 3, 0, 70, 7, 6, 69, 69, 133, 70, .max, .max, .max - 63, .max - 64]
        #expect(
            counts.map { uses.take(nonce(1), count: $0) } == [
                true, false, true, true, false, false, false, true, true, false, true, false, true, false, true, false,
                true, false,
            ])
    }

    @Test("a forgotten nonce is spent, and so is every older one; a younger one is not")
    func forgets() {
        var uses = NonceUses(capacity: 4)
        let steps: [(id: UInt64, issuedMs: Int64, count: UInt32, isTaken: Bool)] = [
            (1, 10, 1, true), (2, 20, 1, true), (3, 30, 1, true), (4, 40, 1, true), (5, 50, 1, true),
            (1, 10, 2, false),  // forgotten
            (6, 10, 1, false),  // no older than the forgotten one
            (2, 20, 2, true),
            (7, 15, 1, true),  // older than all that are kept: taken, but not kept
            (7, 15, 2, false), (7, 15, 1, false),
        ]
        let taken = steps.map { uses.take(nonce($0.id, $0.issuedMs), count: $0.count) }
        #expect(taken == steps.map(\.isTaken))
    }

    @Test("nothing is ever taken twice, however many nonces there are", arguments: 1...5)
    func property(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var uses = NonceUses(capacity: 32)
        var taken: Set<[UInt64]> = []
        for time in 0..<5000 as Range<Int64> {
            let issued = max(0, time - Int64.random(in: 0...200, using: &random))
            // What a nonce is follows from when it was made, as a signature does.
            let id = (UInt64(issued) &+ 1) &* 0x9e37_79b9_7f4a_7c15
            let count = UInt32.random(in: 1...5, using: &random)
            if uses.take(nonce(id, issued), count: count) {
                let isNew = taken.insert([id, UInt64(count)]).inserted
                #expect(isNew, "seed \(seed)")
            }
        }
        #expect(taken.count > 500)
    }
}
