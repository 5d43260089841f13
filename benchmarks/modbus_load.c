/* Keeps one request outstanding on each of argv[2] connections to 127.0.0.1:argv[1] for argv[3] seconds, after 0.2 s of
   warm-up, and prints the answers a second. Every request is FC3 of 16 registers from address 0. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

static const unsigned char request[] = {0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 16};
enum { ANSWER = 9 + 2 * 16 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static long answered(int poll, double seconds)
{
    struct epoll_event events[64];
    char answer[512];
    long done = 0;
    for (double until = now() + seconds; now() < until;) {
        int count = epoll_wait(poll, events, 64, 1000);
        for (int i = 0; i < count; i++) {
            if (recv(events[i].data.fd, answer, sizeof answer, 0) != ANSWER) {
                fprintf(stderr, "an answer was cut or refused: the figures would mean nothing\n");
                exit(1);
            }
            send(events[i].data.fd, request, sizeof request, 0);
            done++;
        }
    }
    return done;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int poll = epoll_create1(0), on = 1;
    if (argc != 4)
        return 2;
    address.sin_port = htons(atoi(argv[1]));
    for (int i = atoi(argv[2]); i; i--) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
        if (connect(fd, (struct sockaddr *)&address, sizeof address))
            return 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
        send(fd, request, sizeof request, 0);
    }
    answered(poll, 0.2);
    double started = now();
    long done = answered(poll, atof(argv[3]));
    printf("%f\n", done / (now() - started));
    return 0;
}
