/// Trunks by the source addresses they allow: one look per prefix length that occurs.
struct AddressIndex: Sendable {
    /// The blocks of one prefix length.
    private struct Length: Sendable {
        let bits: Int
        let isIPv4: Bool
        var trunks: [IPAddress: [Int]]
    }

    /// The trunks that allow every address.
    private let everywhere: [Int]
    private let lengths: [Length]

    /// - Parameters:
    ///   - members: in ascending order.
    ///   - allowed: what a member allows.
    init(_ members: [Int], allowed: (Int) -> AllowedAddresses) {
        var everywhere: [Int] = []
        var lengths: [Length] = []
        for member in members {
            switch allowed(member) {
            case .every: everywhere.append(member)
            case .only(let masks):
                for mask in Set(masks) { Self.add(member, mask, to: &lengths) }
            }
        }
        (self.everywhere, self.lengths) = (everywhere, lengths)
    }

    private static func add(_ member: Int, _ mask: AddressMask, to lengths: inout [Length]) {
        let known = lengths.firstIndex { $0.bits == mask.bits && $0.isIPv4 == mask.isIPv4 }
        if known == nil { lengths.append(Length(bits: mask.bits, isIPv4: mask.isIPv4, trunks: [:])) }
        lengths[known ?? lengths.count - 1].trunks[mask.network, default: []].append(member)
    }

    /// Adds the best of the trunks that allow the source.
    func collect(_ source: IPAddress?, into best: inout BestTwo) {
        best.add(everywhere)
        guard let source else { return }
        for length in lengths where length.isIPv4 == source.isIPv4 {
            if let trunks = length.trunks[AddressMask.network(of: source, bits: length.bits)] { best.add(trunks) }
        }
    }
}

/// The two smallest of many numbers: who wins, and whether another would have.
struct BestTwo: Sendable {
    private(set) var first: Int?
    private(set) var second: Int?

    /// Takes numbers in ascending order, of which at most two are looked at.
    mutating func add(_ ascending: [Int]) {
        for number in ascending.prefix(2) { add(number) }
    }

    mutating func add(_ number: Int) {
        guard number != first, number != second else { return }
        if let first, number > first {
            second = min(second ?? number, number)
        } else {
            (first, second) = (number, first)
        }
    }
}
