/// How many call records are kept, and for how long. Those of calls that still go on are always kept.
package struct CallRecordLimits: Hashable, Sendable {
    /// From the beginning of the call; nil for ever.
    package var age: Duration?
    /// The newest; nil for all.
    package var count: Int?

    package init(age: Duration? = nil, count: Int? = nil) { (self.age, self.count) = (age, count) }

    package var isUnlimited: Bool { age == nil && count == nil }
}
