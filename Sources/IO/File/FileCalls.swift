import CLinux
import Glibc

/// The system calls that files share. They block.
enum FileCalls {
    /// Opens a file.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0, _ operation: String) throws(IOError)
        -> Descriptor
    {
        while true {
            let fd = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
            if fd >= 0 { return Descriptor(owning: fd) }
            if errno != EINTR { throw IOError(operation, path) }
        }
    }

    /// Writes all bytes at the current position, or at `offset`.
    static func writeAll(_ fd: Int32, _ bytes: [UInt8], at offset: Int? = nil, _ path: String) throws(IOError) {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
                if let offset { return unsafe pwrite(fd, rest.baseAddress, rest.count, off_t(offset + start)) }
                return unsafe write(fd, rest.baseAddress, rest.count)
            }
            if count > 0 {
                start += count
            } else if count == 0 || errno != EINTR {
                throw IOError("write to", path)
            }
        }
    }
}
