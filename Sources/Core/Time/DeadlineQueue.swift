/// A binary heap of deadlines, one per key at most, for tables of machines.
///
/// Rearming a key leaves the old entry in the heap as a stale one, dropped when it surfaces or when the stale outnumber the
/// live. A wake-up that finds nothing due is harmless.
package struct DeadlineQueue<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var due: Instant
        var key: Key
    }
    private var heap: [Entry] = []
    private var armed: [Key: Instant] = [:]

    package init() {}

    /// The number of keys that have a deadline.
    package var count: Int { armed.count }

    package func contains(_ key: Key) -> Bool { armed[key] != nil }

    /// The earliest deadline of all keys. Discards stale entries on its way.
    package var earliest: Instant? {
        mutating get {
            dropStale()
            return heap.first?.due
        }
    }

    /// Sets, moves or (with nil) clears the deadline of `key`.
    package mutating func set(_ key: Key, to due: Instant?) {
        guard let due else {
            armed[key] = nil
            if heap.count > 64, heap.count > armed.count * 4 { rebuild() }
            return
        }
        if armed.updateValue(due, forKey: key) == due { return }
        heap.append(Entry(due: due, key: key))
        siftUp(heap.count - 1)
        if heap.count > 64, heap.count > armed.count * 4 { rebuild() }
    }

    /// Removes and returns a key whose deadline is at or before `now`, earliest first; nil when none is due.
    package mutating func popDue(at now: Instant) -> Key? {
        dropStale()
        guard let first = heap.first, first.due <= now else { return nil }
        removeFirst()
        armed[first.key] = nil
        return first.key
    }

    private mutating func dropStale() {
        while let first = heap.first, armed[first.key] != first.due { removeFirst() }
    }

    private mutating func rebuild() {
        heap = armed.map { Entry(due: $0.value, key: $0.key) }
        heap.sort { $0.due < $1.due }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].due < heap[parent].due else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].due < heap[smallest].due { smallest = child }
            guard smallest != parent else { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
