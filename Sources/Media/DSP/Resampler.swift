internal import CSoxr

/// Converts mono samples from one rate to another, for files and streams; streams of one rate need none.
///
/// It holds back up to 25 ms, because soxr works in blocks. That is nothing to a file; live sound needs a filter of its own.
@safe
package final class Resampler {
    /// Nil when soxr found no memory; the result is silence then.
    private let handle: soxr_t?
    private let ratio: Double
    private var output: [Int16] = []

    /// - Parameters:
    ///   - from: samples a second of the input, above 0.
    ///   - to: samples a second of the result, above 0.
    package init(from: Int, to: Int) {
        precondition(from > 0 && to > 0, "rates are above 0")
        ratio = Double(to) / Double(from)
        var format = unsafe soxr_io_spec(SOXR_INT16_I, SOXR_INT16_I)
        // 16 bits of precision. Minimum phase and a pass band that ends with the telephone's 3400 Hz keep the filter short, and the
        // smallest transforms keep the blocks small: soxr's defaults would hold back 75 ms.
        var quality = unsafe soxr_quality_spec(UInt(SOXR_LQ) | UInt(SOXR_MINIMUM_PHASE), 0)
        unsafe quality.passband_end = 0.85
        var runtime = unsafe soxr_runtime_spec(1)
        unsafe runtime.log2_min_dft_size = 8
        unsafe runtime.log2_large_dft_size = 8
        unsafe handle = soxr_create(Double(from), Double(to), 1, nil, &format, &quality, &runtime)
    }

    deinit { unsafe soxr_delete(handle) }

    /// The samples of the result that are held back now.
    package var delay: Double { unsafe handle == nil ? 0 : soxr_delay(handle) }

    /// Converts `input` and appends what is ready to `result`; `isLast` brings out what was held back.
    package func convert(_ input: Span<Int16>, isLast: Bool, into result: inout [Int16]) {
        guard unsafe handle != nil else { return }
        push(input, into: &result)
        if isLast { drain(into: &result) }
    }

    private func push(_ input: Span<Int16>, into result: inout [Int16]) {
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
