/// One of the two ways out. A value of closures, so that tests can record what is written.
struct OutputStream: Sendable {
    let isTerminal: Bool
    /// The width in columns at this moment; nil when there is no terminal.
    let columns: @Sendable () -> Int?
    /// Writes everything or says why not.
    let write: @Sendable ([UInt8]) -> System.Problem?

    static let standardOutput = OutputStream(descriptor: 1)
    static let standardError = OutputStream(descriptor: 2)

    init(descriptor: Int32) {
        self.init(isTerminal: System.isTerminal(descriptor), columns: { System.columns(descriptor) }) { bytes in
            do throws(System.Problem) {
                try System.write(descriptor, bytes)
                return nil
            } catch {
                return error
            }
        }
    }

    init(
        isTerminal: Bool, columns: @escaping @Sendable () -> Int?,
        write: @escaping @Sendable ([UInt8]) -> System.Problem?
    ) {
        (self.isTerminal, self.columns, self.write) = (isTerminal, columns, write)
    }
}
