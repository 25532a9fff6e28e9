/*
 * A CIM server as small as can be, for the tests of libXenCim.so. It opens the library, makes an instance provider and
 * asks it, first once and then from several threads at once, while it starts and waits for children of its own. Before
 * and after it looks at everything in the process that belongs to the server. Prints what it saw as "name value" lines.
 *
 *   host [-s STACK_KIB] [-n REQUESTS] [-t THREADS] [-v KIB] [-l] [-d] [-f] LIBRARY
 *
 *   -v  has no more than so much memory to its addresses
 *   -l  takes its locale from the environment     -d  prints the instances     -f  ends with a fault of the server's own
 */
#define _GNU_SOURCE
#include "broker.h"
#include "state.h"

#include <sys/wait.h>

static const char *library;
static const char *class = "Xen_ComputerSystem";
static int requests = 1, threads = 1;
static size_t stack = 8192 * 1024;
static struct state before, after;
static InstanceMI *mi;
static atomic_int left, failed;
static volatile sig_atomic_t terminated, ended_children;

static void on_term(int s) { (void)s; terminated++; }
static void on_child(int s) { (void)s; ended_children++; }
static void on_fault(int s) { (void)s; _exit(42); }

static void start(pthread_t *thread, void *(*run)(void *))
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack);
    if (pthread_create(thread, &attributes, run, NULL))
        abort();
    pthread_attr_destroy(&attributes);
}

static void *serve_first(void *unused)
{
    CMPIStatus status = { 0, NULL };
    look(&before);
    long rss_before = rss(), start = microseconds();
    void *handle = dlopen(library, RTLD_NOW);
    if (!handle) {
        printf("dlopen %s\n", dlerror());
        return unused;
    }
    mi = ((Factory *)dlsym(handle, "_Generic_Create_InstanceMI"))(&broker, &context, "XenCim", &status);
    printf("boot %ld\nrc %d\n", microseconds() - start, status.rc);
    if (status.msg)
        printf("message %s\n", (char *)status.msg->hdl);
    if (mi) {
        status = ask(mi, class);
        printf("answer %ld\nanswerrc %d\nnames %d\nkeys %d\ndone %d\n", microseconds() - start, status.rc, names, keys, done);
    }
    printf("rss %ld\nattached %d\n", rss() - rss_before, attached);
    look(&after);
    compare(&before, &after);
    dlclose(handle);
    printf("resident %d\n", dlopen(library, RTLD_NOW | RTLD_NOLOAD) != NULL);
    return unused;
}

static void *serve(void *unused)
{
    struct state mine, now;
    look(&mine);
    while (left-- > 0) {
        names = 0;
        if (ask(mi, class).rc)
            failed++;
    }
    look(&now);
    /* Other threads may have opened and closed files meanwhile. */
    memcpy(now.open, mine.open, sizeof now.open);
    compare(&mine, &now);
    return unused;
}

/* A server that waits for its own children gets them, each with its status. */
static void wait_for_children(int count)
{
    int right = 0, status;
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (!child)
            _exit(i % 100);
        right += waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == i % 100;
    }
    printf("children %d of %d\nSIGCHLD %d\n", right, count, ended_children > 0);
}

int main(int count, char **arguments)
{
    bool fault = false;
    pthread_t thread[64];
    for (int option; (option = getopt(count, arguments, "s:n:t:v:ldf")) != -1;)
        switch (option) {
        case 's': stack = (size_t)atoi(optarg) * 1024; break;
        case 'n': requests = atoi(optarg); break;
        case 't': threads = atoi(optarg); break;
        case 'v': setrlimit(RLIMIT_AS, &(struct rlimit){ (rlim_t)atoi(optarg) * 1024, (rlim_t)atoi(optarg) * 1024 }); break;
        case 'l': printf("locale %s\n", setlocale(LC_ALL, "")); break;
        case 'd': dump = stdout; break;
        case 'f': fault = true; break;
        default: return 2;
        }
    library = arguments[optind];
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGTERM, on_term);
    signal(SIGCHLD, on_child);
    signal(SIGSEGV, on_fault);

    start(&thread[0], serve_first);
    pthread_join(thread[0], NULL);
    if (mi && requests > 1) {
        long begin = microseconds();
        left = requests - 1;
        for (int i = 0; i < threads; i++)
            start(&thread[i], serve);
        wait_for_children(50);
        for (int i = 0; i < threads; i++)
            pthread_join(thread[i], NULL);
        printf("served %d\nfailed %d\nmicroseconds %ld\n", requests, failed, microseconds() - begin);
        struct state end;
        look(&end);
        memcpy(&end.mask, &before.mask, sizeof end.mask);
        memcpy(end.thread_name, before.thread_name, sizeof end.thread_name);
        printf("then\n");
        compare(&before, &end);
    }
    raise(SIGTERM);
    printf("terminated %d\n", (int)terminated);
    if (mi)
        printf("unload %d\n", mi->ft->cleanup(mi, &context, 0).rc);
    if (fault)
        *(volatile int *)16 = 1; /* goes to the server's own handler, which exits with 42 */
    return 0;
}
