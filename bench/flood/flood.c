// The flood: INVITEs from many addresses of the loopback network at a fixed rate, for a fixed time. It ends by itself.
//
// usage: flood PORT SECONDS RATE SOURCES NUMBER      prints "sent N answered N late_us N"
//
// SOURCES addresses of 127.64.0.0/10 take turns (0: as many as there are, at random). Every INVITE has a branch and a Call-ID of
// its own and calls NUMBER. What comes back is counted and thrown away; nothing is acknowledged.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 32, SIZE = 1024, MOST_SECONDS = 120 };

static char bytes[BATCH][SIZE], thrown_away[BATCH][2048];
static char control[BATCH][CMSG_SPACE(sizeof(struct in_pktinfo))];
static struct iovec vectors[BATCH], drains[BATCH];
static struct mmsghdr messages[BATCH], answers[BATCH];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static unsigned long long state = 88172645463325252ull;

static unsigned random_number(void) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state >> 20;
}

// One INVITE with an offer, 640 bytes or so: what a scanner sends.
static int invite(char *out, unsigned source, int port, int own, const char *number, unsigned long serial) {
    char host[INET_ADDRSTRLEN];
    struct in_addr address = {htonl(source)};
    inet_ntop(AF_INET, &address, host, sizeof host);
    static const char body[] = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8\r\n";
    return snprintf(out, SIZE,
        "INVITE sip:%s@127.0.0.1:%d SIP/2.0\r\nVia: SIP/2.0/UDP %s:%d;branch=z9hG4bK%lx-%x;rport\r\nMax-Forwards: 70\r\n"
        "From: \"100\" <sip:100@%s>;tag=%x\r\nTo: <sip:%s@127.0.0.1>\r\nCall-ID: %lx-%x@%s\r\nCSeq: 1 INVITE\r\n"
        "Contact: <sip:100@%s:%d>\r\nUser-Agent: scanner\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n"
        "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
        number, port, host, own, serial, random_number(), host, random_number(), number, serial, random_number(), host, host,
        own, sizeof body - 1, body);
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    int port = atoi(argv[1]);
    double seconds = atof(argv[2]), rate = atof(argv[3]);
    unsigned sources = atoi(argv[4]);
    if (seconds <= 0 || seconds > MOST_SECONDS || rate <= 0) return 2;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in any = {.sin_family = AF_INET}, there = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof any;
    if (bind(fd, (struct sockaddr *)&any, sizeof any) || getsockname(fd, (struct sockaddr *)&any, &length)) {
        perror("bind");
        return 1;
    }
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){bytes[i], 0};
        drains[i] = (struct iovec){thrown_away[i], sizeof thrown_away[i]};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &there, .msg_namelen = sizeof there, .msg_iov = &vectors[i], .msg_iovlen = 1,
            .msg_control = control[i], .msg_controllen = sizeof control[i]};
        answers[i].msg_hdr = (struct msghdr){.msg_iov = &drains[i], .msg_iovlen = 1};
        struct cmsghdr *header = CMSG_FIRSTHDR(&messages[i].msg_hdr);
        *header = (struct cmsghdr){
            .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO, .cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo))};
    }
    long sent = 0, answered = 0;
    double start = now(), late = 0;
    while (now() - start < seconds) {
        long due = (now() - start) * rate;
        int count = due - sent < BATCH ? due - sent : BATCH;
        for (int i = 0; i < count; i++) {
            unsigned host = sources ? (sent + i) % sources : random_number() & 0x3fffff;
            unsigned source = (127u << 24 | 64u << 16) + host;
            struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(source)};
            memcpy(CMSG_DATA(CMSG_FIRSTHDR(&messages[i].msg_hdr)), &info, sizeof info);
            vectors[i].iov_len = invite(bytes[i], source, port, ntohs(any.sin_port), argv[5], sent + i);
        }
        int gone = count > 0 ? sendmmsg(fd, messages, count, 0) : 0;
        if (gone > 0) sent += gone;
        double behind = now() - start - sent / rate;
        if (behind > late) late = behind;
        int back = recvmmsg(fd, answers, BATCH, MSG_DONTWAIT, NULL);
        if (back > 0) answered += back;
        if (due - sent < BATCH) nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
    printf("sent %ld answered %ld late_us %.0f\n", sent, answered, late * 1e6);
    return 0;
}
