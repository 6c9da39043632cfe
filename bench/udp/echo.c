// The yardstick: a UDP echo as plain C would write it. One epoll, one socket, 64 datagrams a system call, answered from the
// buffers they arrived in, with the first byte flipped.
//
// usage: echo SECONDS     prints "port N" at once, "packets N cpu_ns N" at the end
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, SLOT = 2048 };

static long long clock_ns(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), room = 8 << 20;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof here;
    if (bind(fd, (struct sockaddr *)&here, sizeof here) || getsockname(fd, (struct sockaddr *)&here, &length)) {
        perror("bind");
        return 1;
    }
    printf("port %d\n", ntohs(here.sin_port));
    fflush(stdout);

    static char bytes[BATCH][SLOT];
    static struct sockaddr_in peers[BATCH];
    static struct iovec vectors[BATCH];
    static struct mmsghdr messages[BATCH];
    for (int i = 0; i < BATCH; i++) {
        vectors[i].iov_base = bytes[i];
        messages[i].msg_hdr = (struct msghdr){.msg_name = &peers[i], .msg_iov = &vectors[i], .msg_iovlen = 1};
    }

    int loop = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
    long long end = clock_ns(CLOCK_MONOTONIC) + (long long)(atof(argv[1]) * 1e9), begin = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    long packets = 0;
    while (clock_ns(CLOCK_MONOTONIC) < end) {
        if (epoll_wait(loop, &event, 1, 50) <= 0) continue;
        int count;
        do {
            for (int i = 0; i < BATCH; i++) {
                vectors[i].iov_len = SLOT;
                messages[i].msg_hdr.msg_namelen = sizeof peers[i];
            }
            count = recvmmsg(fd, messages, BATCH, 0, NULL);
            for (int i = 0; i < count; i++) {
                bytes[i][0] ^= 1;
                vectors[i].iov_len = messages[i].msg_len;
            }
            for (int sent = 0; sent < count;) {
                int now = sendmmsg(fd, messages + sent, count - sent, 0);
                if (now <= 0) break;
                sent += now;
            }
            if (count > 0) packets += count;
        } while (count == BATCH);
    }
    printf("packets %ld cpu_ns %lld\n", packets, clock_ns(CLOCK_PROCESS_CPUTIME_ID) - begin);
    return 0;
}
