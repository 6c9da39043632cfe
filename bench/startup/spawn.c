// Median wall-clock microseconds of starting a program, waiting for its end, its standard input from a file.
// usage: spawn RUNS FILE PROGRAM ARGUMENT...
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int count, char **arguments) {
    if (count < 4) return 2;
    int runs = atoi(arguments[1]);
    double *micros = calloc((size_t)runs + 1, sizeof *micros);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, arguments[2], O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    for (int i = 0; i < runs; i++) {
        struct timespec start, end;
        pid_t child;
        int status;
        clock_gettime(CLOCK_MONOTONIC, &start);
        if (posix_spawn(&child, arguments[3], &actions, NULL, arguments + 3, environ) != 0) return 1;
        waitpid(child, &status, 0);
        clock_gettime(CLOCK_MONOTONIC, &end);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return 1;
        micros[i] = (end.tv_sec - start.tv_sec) * 1e6 + (end.tv_nsec - start.tv_nsec) / 1e3;
    }
    qsort(micros, (size_t)runs, sizeof *micros, ascending);
    printf("%.1f\n", micros[runs / 2]);
    return 0;
}
