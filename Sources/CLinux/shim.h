// System calls and macros that Swift's Glibc module does not show.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <linux/errqueue.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

// recvmmsg and sendmmsg are hidden without _GNU_SOURCE, which the importer does not set.
struct sipctl_mmsghdr {
    struct msghdr header;
    unsigned int length;
};
int sipctl_recvmmsg(int fd, struct sipctl_mmsghdr *messages, unsigned int count, int flags,
                    struct timespec *timeout) __asm__("recvmmsg");
int sipctl_sendmmsg(int fd, struct sipctl_mmsghdr *messages, unsigned int count, int flags) __asm__("sendmmsg");
int sipctl_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) __asm__("accept4");
int sipctl_pipe2(int fds[2], int flags) __asm__("pipe2");

static inline struct cmsghdr *sipctl_cmsg_first(struct msghdr *message) { return CMSG_FIRSTHDR(message); }
static inline struct cmsghdr *sipctl_cmsg_next(struct msghdr *message, struct cmsghdr *cmsg) {
    return CMSG_NXTHDR(message, cmsg);
}
static inline void *sipctl_cmsg_data(struct cmsghdr *cmsg) { return CMSG_DATA(cmsg); }
static inline int sipctl_terminal_width(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
