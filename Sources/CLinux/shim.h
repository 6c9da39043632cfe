// System calls and macros that Swift's Glibc module does not show.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

// The declarations below are hidden without _GNU_SOURCE, which the importer does not set.
struct sipctl_mmsghdr {
    struct msghdr header;
    unsigned int length;
};
int sipctl_recvmmsg(int fd, struct sipctl_mmsghdr *messages, unsigned int count, int flags,
                    struct timespec *timeout) __asm__("recvmmsg");
int sipctl_sendmmsg(int fd, struct sipctl_mmsghdr *messages, unsigned int count, int flags) __asm__("sendmmsg");
int sipctl_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) __asm__("accept4");
int sipctl_pipe2(int fds[2], int flags) __asm__("pipe2");
int sipctl_epoll_pwait2(int fd, struct epoll_event *events, int count, const struct timespec *timeout,
                        const sigset_t *mask) __asm__("epoll_pwait2");
int sipctl_pidfd_open(pid_t pid, unsigned int flags) __asm__("pidfd_open");
int sipctl_thread_set_name(pthread_t thread, const char *name) __asm__("pthread_setname_np");
int sipctl_thread_set_affinity(pthread_t thread, size_t size, const void *mask) __asm__("pthread_setaffinity_np");
int sipctl_thread_get_affinity(pthread_t thread, size_t size, void *mask) __asm__("pthread_getaffinity_np");
const char *sipctl_error_name(int code) __asm__("strerrorname_np");
const char *sipctl_error_text(int code) __asm__("strerrordesc_np");

// Swift sees these names as enumerations or not at all.
enum { sipctl_P_PIDFD = 3, sipctl_epoll_rdhup = 0x2000 };

static inline struct cmsghdr *sipctl_cmsg_first(struct msghdr *message) { return CMSG_FIRSTHDR(message); }
static inline struct cmsghdr *sipctl_cmsg_next(struct msghdr *message, struct cmsghdr *cmsg) {
    return CMSG_NXTHDR(message, cmsg);
}
static inline void *sipctl_cmsg_data(struct cmsghdr *cmsg) { return CMSG_DATA(cmsg); }

// The kernel's receive time in nanoseconds of the wall clock; 0 when the datagram carries none.
static inline long long sipctl_receive_time(struct msghdr *message) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(c), sizeof time);
            return time.tv_sec * 1000000000LL + time.tv_nsec;
        }
    }
    return 0;
}

// Waits for a child by its pidfd. 1: ended, with its code (exit status or signal) filled in; 0: still running; -1: errno.
static inline int sipctl_wait_pidfd(int fd, int *by_signal, int *code) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid((idtype_t)sipctl_P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG) != 0) return -1;
    if (info.si_pid == 0) return 0;
    *by_signal = info.si_code != CLD_EXITED;
    *code = info.si_status;
    return 1;
}

static inline int sipctl_terminal_width(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
