/* Everything in a process that belongs to the CIM server and not to a library that it loads, to be compared before and after. */
#ifndef STATE_H
#define STATE_H

#include <dirent.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SA_RESTORER 0x04000000 /* the C library's own mark on every handler that was ever set */
#define LIMITS 16

struct state {
    struct sigaction actions[NSIG];
    sigset_t mask;
    stack_t signal_stack;
    struct rlimit limits[LIMITS];
    char cwd[4096], locale[256], core_filter[32], oom[32], thread_name[32], *environment;
    mode_t umask;
    int priority, dumpable, keep_caps, rounding, exceptions;
    cpu_set_t processors;
    bool open[1024];
};

static inline char *environment(void)
{
    extern char **environ;
    size_t size = 1;
    for (char **e = environ; *e; e++)
        size += strlen(*e) + 1;
    char *all = calloc(1, size);
    for (char **e = environ; *e; e++)
        strcat(strcat(all, *e), "\n");
    return all;
}

static inline void read_line(const char *file, char line[32])
{
    FILE *f = fopen(file, "re");
    if (!f || !fgets(line, 32, f))
        *line = 0;
    if (f)
        fclose(f);
}

/* Not umask(2), which sets what it tells of: another thread would see that. */
static inline mode_t file_mode_mask(void)
{
    char line[256];
    unsigned mask = ~0u;
    FILE *f = fopen("/proc/self/status", "re");
    while (f && fgets(line, sizeof line, f) && sscanf(line, "Umask: %o", &mask) != 1)
        ;
    if (f)
        fclose(f);
    return mask;
}

static inline void look(struct state *s)
{
    memset(s, 0, sizeof *s);
    for (int i = 1; i < NSIG; i++)
        sigaction(i, NULL, &s->actions[i]);
    pthread_sigmask(SIG_SETMASK, NULL, &s->mask);
    for (int i = 0; i < LIMITS; i++)
        getrlimit(i, &s->limits[i]);
    if (!getcwd(s->cwd, sizeof s->cwd))
        abort();
    snprintf(s->locale, sizeof s->locale, "%s", setlocale(LC_ALL, NULL));
    read_line("/proc/self/coredump_filter", s->core_filter);
    read_line("/proc/self/oom_score_adj", s->oom);
    pthread_getname_np(pthread_self(), s->thread_name, sizeof s->thread_name);
    s->umask = file_mode_mask();
    s->priority = getpriority(PRIO_PROCESS, 0);
    s->dumpable = prctl(PR_GET_DUMPABLE);
    s->keep_caps = prctl(PR_GET_KEEPCAPS);
    s->rounding = fegetround();
    s->exceptions = fegetexcept();
    sched_getaffinity(0, sizeof s->processors, &s->processors);
    s->environment = environment();
    for (int fd = 0; fd < 1024; fd++)
        s->open[fd] = fcntl(fd, F_GETFD) >= 0;
}

/* Prints what differs: "signal N", "changed WHAT", "closed FD", and "leaks FD" for what a program started by the server would inherit. */
static inline void compare(const struct state *a, const struct state *b)
{
    for (int i = 1; i < NSIG; i++)
        if (a->actions[i].sa_handler != b->actions[i].sa_handler || ((a->actions[i].sa_flags ^ b->actions[i].sa_flags) & ~SA_RESTORER)
            || memcmp(&a->actions[i].sa_mask, &b->actions[i].sa_mask, sizeof(long)))
            printf("signal %d\n", i);
    for (int i = 0; i < LIMITS; i++)
        if (memcmp(&a->limits[i], &b->limits[i], sizeof a->limits[i]))
            printf("changed limit %d\n", i);
    struct { const char *what; bool same; } rows[] = {
        { "mask", !memcmp(&a->mask, &b->mask, sizeof(long)) },
        { "cwd", !strcmp(a->cwd, b->cwd) },
        { "locale", !strcmp(a->locale, b->locale) },
        { "coredump_filter", !strcmp(a->core_filter, b->core_filter) },
        { "oom_score_adj", !strcmp(a->oom, b->oom) },
        { "thread name", !strcmp(a->thread_name, b->thread_name) },
        { "umask", a->umask == b->umask },
        { "priority", a->priority == b->priority },
        { "dumpable", a->dumpable == b->dumpable },
        { "keepcaps", a->keep_caps == b->keep_caps },
        { "rounding", a->rounding == b->rounding },
        { "floating point exceptions", a->exceptions == b->exceptions },
        { "processors", CPU_EQUAL(&a->processors, &b->processors) },
        { "environment", !strcmp(a->environment, b->environment) },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!rows[i].same)
            printf("changed %s\n", rows[i].what);
    for (int fd = 0; fd < 1024; fd++) {
        if (a->open[fd] && !b->open[fd])
            printf("closed %d\n", fd);
        if (!a->open[fd] && b->open[fd] && !(fcntl(fd, F_GETFD) & FD_CLOEXEC))
            printf("leaks %d\n", fd);
    }
}

#endif
