/// Members by the values that one of their filters lists, so that those which let a value pass are found without a look at
/// the others. Members are numbers, the better the smaller.
///
/// A member with an empty filter lets everything pass and stands in `open`. Values with the same members share one leaf, so
/// that a trunk with a thousand numbers costs a thousand entries here and nothing below.
struct FilterIndex<Value: Hashable & Sendable, Leaf: Sendable>: Sendable {
    /// The best of all members.
    let first: Int
    /// The members whose filter is empty.
    let open: Leaf?
    private let leafOfValue: [Value: Int]
    private let leaves: [Leaf]

    /// - Parameters:
    ///   - members: in ascending order, at least one.
    ///   - values: what the filter of a member lists, each value once.
    ///   - leaf: makes the leaf of some members, in ascending order, at least one.
    init(_ members: [Int], values: (Int) -> some Collection<Value>, leaf: ([Int]) -> Leaf) {
        var openMembers: [Int] = []
        var listing: [Value: [Int]] = [:]
        for member in members {
            let listed = values(member)
            if listed.isEmpty { openMembers.append(member) }
            for value in listed { listing[value, default: []].append(member) }
        }
        var leafOfMembers: [[Int]: Int] = [:]
        var leaves: [Leaf] = []
        leafOfValue = listing.mapValues { members in
            if let known = leafOfMembers[members] { return known }
            leafOfMembers[members] = leaves.count
            leaves.append(leaf(members))
            return leaves.count - 1
        }
        self.leaves = leaves
        open = openMembers.isEmpty ? nil : leaf(openMembers)
        first = members.first ?? .max
    }

    /// The members whose filter lists the value.
    func listing(_ value: Value) -> Leaf? { leafOfValue[value].map { leaves[$0] } }

    /// Hands over the leaves of all members that let the value pass: at most two.
    func forEachLeaf(passing value: Value, _ body: (Leaf) -> Void) {
        if let leaf = listing(value) { body(leaf) }
        if let open { body(open) }
    }
}
