// The load: keeps WINDOW datagrams of 172 bytes (20 ms of G.711 in RTP) under way to a UDP echo on loopback.
//
// usage: blast PORT SECONDS WINDOW     prints "sent N back N"
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { MOST = 256, SIZE = 172 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    int window = atoi(argv[3]);
    if (window < 1 || window > MOST) return 2;
    int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 8 << 20;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    // When all that is under way was lost, the wait ends and the window is filled again.
    struct timeval patience = {.tv_usec = 20000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    struct sockaddr_in there = {
        .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (connect(fd, (struct sockaddr *)&there, sizeof there)) {
        perror("connect");
        return 1;
    }
    static char bytes[MOST][SIZE];
    static struct iovec vectors[MOST];
    static struct mmsghdr messages[MOST];
    for (int i = 0; i < MOST; i++) {
        vectors[i] = (struct iovec){bytes[i], SIZE};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    long sent = 0, back = 0;
    int under_way = 0;
    for (double end = now() + atof(argv[2]); now() < end;) {
        if (under_way < window) {
            int count = sendmmsg(fd, messages, window - under_way, 0);
            if (count > 0) sent += count, under_way += count;
        }
        int count = recvmmsg(fd, messages, MOST, MSG_WAITFORONE, NULL);
        if (count > 0) back += count;
        under_way = count > 0 && count < under_way ? under_way - count : 0;
    }
    printf("sent %ld back %ld\n", sent, back);
    return 0;
}
