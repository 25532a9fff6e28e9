/*
 * A CIM server as small as can be, for the tests of libXenCim.so. It opens the library, makes an instance provider and asks it
 * for the names of all Xen_ComputerSystem, on a thread with the stack size given; before and after, it looks at
 * everything in the process that belongs to the server, and prints what it saw as "name value" lines.
 *
 *   host LIBRARY [stack KiB] [fault]
 */
#define _GNU_SOURCE
#include "cmpi.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SA_RESTORER 0x04000000 /* the C library's own mark on every handler that was ever set */

/* The parts of CMPI 2.0 that the request above goes through; a "skip" member stands for entries that nobody calls. */
typedef struct { uint16_t type, state; union { void *pointer; uint64_t number; char size[16]; } value; } CMPIData;
typedef struct { int version; void *skip[2]; char *(*getCharPtr)(const CMPIString *, CMPIStatus *); } StringFT;
struct CMPIString { void *hdl; StringFT *ft; };
typedef struct Path Path;
typedef struct {
    int version;
    void *skip1[3];
    CMPIString *(*getNameSpace)(const Path *, CMPIStatus *);
    CMPIStatus (*setHostname)(Path *, const char *);
    CMPIString *(*getHostname)(const Path *, CMPIStatus *);
    void *setClassName;
    CMPIString *(*getClassName)(const Path *, CMPIStatus *);
    CMPIStatus (*addKey)(Path *, const char *, const void *, uint16_t);
    void *skip2[2];
    unsigned (*getKeyCount)(const Path *, CMPIStatus *);
    void *skip3[7];
} PathFT;
struct Path { void *hdl; PathFT *ft; CMPIString ns, cn; };
typedef struct { int version; void *skip[2]; CMPIData (*getEntry)(const CMPIContext *, const char *, CMPIStatus *); void *rest[3]; } ContextFT;
struct CMPIContext { void *hdl; ContextFT *ft; };
typedef struct Result Result;
typedef struct {
    int version;
    void *skip[4];
    CMPIStatus (*returnObjectPath)(const Result *, const Path *);
    CMPIStatus (*returnDone)(const Result *);
    void *returnError;
} ResultFT;
struct Result { void *hdl; ResultFT *ft; };
typedef struct {
    unsigned capabilities, version;
    const char *name;
    CMPIContext *(*prepareAttachThread)(const CMPIBroker *, const CMPIContext *);
    CMPIStatus (*attachThread)(const CMPIBroker *, const CMPIContext *);
    CMPIStatus (*detachThread)(const CMPIBroker *, const CMPIContext *);
    void *rest[15];
} BrokerFT;
typedef struct { CMPIBrokerEncFT first; void *rest[16]; } EncFT;
typedef struct InstanceMI InstanceMI;
typedef struct {
    int version, miVersion;
    const char *name;
    CMPIStatus (*cleanup)(InstanceMI *, const CMPIContext *, unsigned char);
    CMPIStatus (*enumerateInstanceNames)(InstanceMI *, const CMPIContext *, const Result *, const Path *);
} InstanceMIFT;
struct InstanceMI { void *hdl; InstanceMIFT *ft; };

static const CMPIStatus ok;
static int names, done, attached, keys;

static char *chars(const CMPIString *s, CMPIStatus *rc) { (void)rc; return s->hdl; }
static StringFT stringFT = { .version = 200, .getCharPtr = chars };
static CMPIString *new_string(const CMPIBroker *b, const char *text, CMPIStatus *rc)
{
    CMPIString *s = malloc(sizeof *s);
    (void)b, (void)rc;
    *s = (CMPIString){ strdup(text), &stringFT };
    return s;
}
static CMPIString *get_ns(const Path *p, CMPIStatus *rc) { (void)rc; return (CMPIString *)&p->ns; }
static CMPIString *get_cn(const Path *p, CMPIStatus *rc) { (void)rc; return (CMPIString *)&p->cn; }
static CMPIString *get_host(const Path *p, CMPIStatus *rc) { (void)p, (void)rc; return NULL; }
static CMPIStatus set_host(Path *p, const char *h) { (void)p, (void)h; return ok; }
static CMPIStatus add_key(Path *p, const char *n, const void *v, uint16_t t) { (void)p, (void)n, (void)v, (void)t; keys++; return ok; }
static unsigned key_count(const Path *p, CMPIStatus *rc) { (void)p, (void)rc; return 0; }
static PathFT pathFT = { .version = 200, .getNameSpace = get_ns, .setHostname = set_host, .getHostname = get_host,
    .getClassName = get_cn, .addKey = add_key, .getKeyCount = key_count };
static void *new_path(const CMPIBroker *b, const char *ns, const char *cn, CMPIStatus *rc)
{
    Path *p = malloc(sizeof *p);
    (void)b, (void)rc;
    *p = (Path){ NULL, &pathFT, { strdup(ns), &stringFT }, { strdup(cn), &stringFT } };
    return p;
}
static CMPIData get_entry(const CMPIContext *c, const char *n, CMPIStatus *rc)
{
    (void)c, (void)n;
    if (rc)
        rc->rc = 12;
    return (CMPIData){ .state = 4 << 8 };
}
static ContextFT contextFT = { .version = 200, .getEntry = get_entry };
static CMPIStatus return_path(const Result *r, const Path *p) { (void)r, (void)p; names++; return ok; }
static CMPIStatus return_done(const Result *r) { (void)r; done++; return ok; }
static ResultFT resultFT = { .version = 200, .returnObjectPath = return_path, .returnDone = return_done };
static CMPIContext *prepare(const CMPIBroker *b, const CMPIContext *c)
{
    CMPIContext *copy = malloc(sizeof *copy);
    (void)b;
    *copy = *c;
    return copy;
}
static CMPIStatus attach(const CMPIBroker *b, const CMPIContext *c) { (void)b, (void)c; attached++; return ok; }
static CMPIStatus detach(const CMPIBroker *b, const CMPIContext *c) { (void)b; attached--; free((void *)c); return ok; }
static BrokerFT brokerFT = { 0x81ff, 200, "host", prepare, attach, detach, { 0 } };
static EncFT encFT;
static CMPIBroker broker = { NULL, &brokerFT, &encFT.first, NULL, NULL };

static volatile sig_atomic_t terminated;
static void on_term(int s) { (void)s; terminated++; }
static void on_fault(int s) { (void)s; _exit(42); }

static long microseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static long rss(void)
{
    char line[200];
    long kib = -1;
    FILE *f = fopen("/proc/self/status", "re");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmRSS: %ld", &kib);
    if (f)
        fclose(f);
    return kib;
}

/* Everything that is the server's, as text to compare. */
struct state { struct sigaction actions[NSIG]; sigset_t mask; char cwd[4096], locale[256]; mode_t umask; char *environment; bool open[1024]; };

static char *environment(void)
{
    extern char **environ;
    char *all = calloc(1, 1 << 20);
    for (char **e = environ; *e; e++)
        strcat(strcat(all, *e), "\n");
    return all;
}

static void look(struct state *s)
{
    for (int i = 1; i < NSIG; i++)
        sigaction(i, NULL, &s->actions[i]);
    pthread_sigmask(SIG_SETMASK, NULL, &s->mask);
    if (!getcwd(s->cwd, sizeof s->cwd))
        abort();
    snprintf(s->locale, sizeof s->locale, "%s", setlocale(LC_ALL, NULL));
    umask(s->umask = umask(0));
    s->environment = environment();
    for (int fd = 0; fd < 1024; fd++)
        s->open[fd] = fcntl(fd, F_GETFD) >= 0;
}

static void compare(const struct state *a, const struct state *b)
{
    for (int i = 1; i < NSIG; i++)
        if (a->actions[i].sa_handler != b->actions[i].sa_handler || ((a->actions[i].sa_flags ^ b->actions[i].sa_flags) & ~SA_RESTORER)
            || memcmp(&a->actions[i].sa_mask, &b->actions[i].sa_mask, sizeof(long)))
            printf("signal %d\n", i);
    if (memcmp(&a->mask, &b->mask, sizeof(long)))
        printf("changed mask\n");
    if (strcmp(a->cwd, b->cwd))
        printf("changed cwd\n");
    if (strcmp(a->locale, b->locale))
        printf("changed locale %s\n", b->locale);
    if (a->umask != b->umask)
        printf("changed umask\n");
    if (strcmp(a->environment, b->environment))
        printf("changed environment\n");
    for (int fd = 0; fd < 1024; fd++) {
        if (a->open[fd] && !b->open[fd])
            printf("closed %d\n", fd);
        if (!a->open[fd] && b->open[fd] && !(fcntl(fd, F_GETFD) & FD_CLOEXEC))
            printf("leaks %d\n", fd);
    }
}

static const char *library;
static struct state before, after;

static void *serve(void *unused)
{
    CMPIContext context = { NULL, &contextFT };
    Result result = { NULL, &resultFT };
    CMPIStatus status = { 0, NULL };
    look(&before);
    long rss_before = rss(), start = microseconds();
    void *handle = dlopen(library, RTLD_NOW);
    if (!handle) {
        printf("dlopen %s\n", dlerror());
        return unused;
    }
    InstanceMI *(*create)(const CMPIBroker *, const CMPIContext *, const char *, CMPIStatus *) = dlsym(handle, "_Generic_Create_InstanceMI");
    InstanceMI *mi = create(&broker, &context, "XenCim", &status);
    printf("boot %ld\nrc %d\n", microseconds() - start, status.rc);
    if (status.msg)
        printf("message %s\n", (char *)status.msg->hdl);
    if (mi) {
        status = mi->ft->enumerateInstanceNames(mi, &context, &result, new_path(&broker, "root/virt", "Xen_ComputerSystem", NULL));
        printf("answer %ld\nanswerrc %d\nnames %d\nkeys %d\ndone %d\n", microseconds() - start, status.rc, names, keys, done);
        if (status.msg)
            printf("message %s\n", (char *)status.msg->hdl);
        printf("unload %d\n", mi->ft->cleanup(mi, &context, 0).rc);
    }
    printf("rss %ld\nattached %d\n", rss() - rss_before, attached);
    look(&after);
    compare(&before, &after);
    dlclose(handle);
    printf("resident %d\n", dlopen(library, RTLD_NOW | RTLD_NOLOAD) != NULL);
    return unused;
}

int main(int count, char **arguments)
{
    pthread_t thread;
    pthread_attr_t attributes;
    library = arguments[1];
    setvbuf(stdout, NULL, _IOLBF, 0);
    encFT.first = (CMPIBrokerEncFT){ .version = 200, .newObjectPath = (void *)new_path, .newString = new_string };
    signal(SIGTERM, on_term);
    signal(SIGSEGV, on_fault);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)(count > 2 ? atoi(arguments[2]) : 8192) * 1024);
    pthread_create(&thread, &attributes, serve, NULL);
    pthread_join(thread, NULL);
    raise(SIGTERM);
    printf("terminated %d\n", (int)terminated);
    if (count > 3) {
        *(volatile int *)16 = 1; /* a fault of the server's own goes to its own handler, which exits with 42 */
    }
    return 0;
}
