// with: Sources/IO/Configuration/YAMLParser.swift Sources/IO/Configuration/YAMLReader.swift
import Core

/// Configuration files: no trap, bounded work, and whatever is wrong has a place in the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do throws(ConfigurationFault) {
        guard let root = try YAMLReader.read(bytes) else { return 0 }
        let loaded = LoadedConfiguration(root)
        for fault in loaded.faults {
            // A fault of two keys together has no place of its own.
            if let position = fault.position { check(position) }
            precondition(!fault.sentence.isEmpty, "a fault says something")
        }
        for case .file(let position) in loaded.origins.values { check(position) }
    } catch {
        precondition(!error.sentence.isEmpty, "a fault says something")
    }
    return 0
}

private func check(_ position: ConfigurationNode.Position) {
    precondition(position.line >= 1 && position.column >= 1, "places count from one")
}
