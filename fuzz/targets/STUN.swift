import Core

/// Answers of STUN servers: no trap, bounded work; an answer counts for its own transaction only.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSTUN(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let id = count >= 20 ? Array(bytes[8..<20]) : [UInt8](repeating: 7, count: STUNBinding.idSize)
    check(bytes, id)
    // As attributes behind a header that fits, so that each input gets past it.
    let cookie = STUNBinding.request(id: id)[4..<8]
    for type in [[UInt8(0x01), 0x01], [0x01, 0x11]] {
        let length = [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
        check(type + length + cookie + id + bytes, id)
    }
    return 0
}

private func check(_ datagram: [UInt8], _ id: [UInt8]) {
    do throws(STUNBinding.Fault) {
        _ = try STUNBinding.answer(datagram, to: id)
    } catch {
        if case .refused(let code) = error { precondition((0..<1000).contains(code), "a code has three digits") }
        if error == .foreign { return }
    }
    var other = id
    other[0] ^= 1
    do throws(STUNBinding.Fault) {
        _ = try STUNBinding.answer(datagram, to: other)
        preconditionFailure("an answer to another request counts")
    } catch {
        precondition(error == .foreign, "an answer to another request is ignored")
    }
}
