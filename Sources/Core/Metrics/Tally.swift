/// Counts for a small set of keys that is bounded by its type: a list searched from its start, so that counting neither hashes
/// nor, after the first time of a key, allocates.
package struct Tally<Key: Hashable & Sendable>: Hashable, Sendable {
    /// A key and its count.
    package struct Entry: Hashable, Sendable {
        package let key: Key
        package var count: Int
    }

    /// What has been counted, in the order of first occurrence.
    package private(set) var entries: [Entry] = []

    package init() {}

    /// How often `key` was counted.
    package subscript(_ key: Key) -> Int { entries.first { $0.key == key }?.count ?? 0 }

    /// All counts together.
    package var total: Int { entries.reduce(0) { $0 + $1.count } }

    package mutating func add(_ key: Key, _ count: Int = 1) {
        for index in entries.indices where entries[index].key == key {
            entries[index].count += count
            return
        }
        entries.append(Entry(key: key, count: count))
    }

    /// What was counted for the keys that `isIncluded` names.
    package func filtered(_ isIncluded: (Key) -> Bool) -> Self {
        var result = Self()
        result.entries = entries.filter { isIncluded($0.key) }
        return result
    }

    /// Adds what another has counted.
    package mutating func merge(_ other: Self) {
        for entry in other.entries { add(entry.key, entry.count) }
    }
}
