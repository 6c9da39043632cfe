import Glibc

/// The number of descriptors that the process may have: a call with media takes two.
enum DescriptorLimit {
    /// Raises the soft limit to the hard one; the kernel's default of 1024 would end at 500 calls.
    static func raise() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_cur < limit.rlim_max
        else {
            return
        }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
