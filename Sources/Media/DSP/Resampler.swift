internal import CSoxr

/// Converts mono samples from one rate to another, for files and streams; calls at one rate need none.
@safe
package final class Resampler {
    private let handle: soxr_t?
    private let ratio: Double
    private var output: [Int16] = []

    /// Nil results in silence: the rates are checked by the caller, so soxr refuses only for want of memory.
    package init(from: Int, to: Int) {
        ratio = Double(to) / Double(from)
        var specification = unsafe soxr_io_spec(SOXR_INT16_I, SOXR_INT16_I)
        var quality = unsafe soxr_quality_spec(UInt(SOXR_HQ), 0)
        unsafe handle = soxr_create(Double(from), Double(to), 1, nil, &specification, &quality, nil)
    }

    deinit { unsafe soxr_delete(handle) }

    /// Converts `input` and appends what is ready to `result`; `isLast` brings out what was held back.
    package func convert(_ input: Span<Int16>, isLast: Bool, into result: inout [Int16]) {
        push(input, into: &result)
        if isLast { drain(into: &result) }
    }

    private func push(_ input: Span<Int16>, into result: inout [Int16]) {
        guard input.count > 0 else { return }
        reserve(Int(Double(input.count) * ratio) + 64)
        var used = 0
        while used < input.count {
            var (consumed, produced) = (0, 0)
            let rest = input.extracting(used..<input.count)
            let room = output.count
            let error = unsafe rest.withUnsafeBufferPointer { source in
                unsafe output.withUnsafeMutableBufferPointer { target in
                    unsafe soxr_process(
                        handle, source.baseAddress, source.count, &consumed, target.baseAddress, room, &produced)
                }
            }
            guard unsafe error == nil, consumed > 0 || produced > 0 else { return }
            used += consumed
            result += output[..<produced]
        }
    }

    private func drain(into result: inout [Int16]) {
        reserve(4096)
        while true {
            var produced = 0
            let room = output.count
            let error = unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe soxr_process(handle, nil, 0, nil, target.baseAddress, room, &produced)
            }
            guard unsafe error == nil, produced > 0 else { return }
            result += output[..<produced]
        }
    }

    private func reserve(_ count: Int) {
        if output.count < count { output += repeatElement(0, count: count - output.count) }
    }
}
