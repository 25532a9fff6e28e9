/*
 * A CIM server that does with libXenCim.so what it can do, for a memory checker to look on: every factory, twice and from
 * threads at once, requests, the end of every provider, and all of it in a forked process. Itself it loses nothing.
 *
 *   memory LIBRARY
 */
#define _GNU_SOURCE
#include "broker.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KINDS = 5, THREADS = 4 };
static const char *const kinds[KINDS] = { "Instance", "Association", "Method", "Property", "Indication" };
static void *library;
static pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;

static InstanceMI *factory(const char *kind)
{
    char name[64];
    CMPIStatus status = ok;
    snprintf(name, sizeof name, "_Generic_Create_%sMI", kind);
    InstanceMI *mi = ((Factory *)dlsym(library, name))(&broker, &context, "XenCim", &status);
    if (!mi) {
        pthread_mutex_lock(&printing);
        printf("rc %d\nmessage %s\n", status.rc, status.msg ? (char *)status.msg->hdl : "");
        pthread_mutex_unlock(&printing);
    }
    return mi;
}

static void *serve(void *unused)
{
    InstanceMI *made[KINDS];
    for (int kind = 0; kind < KINDS; kind++)
        made[kind] = factory(kinds[kind]);
    for (int i = 0; made[0] && i < 10; i++)
        ask(made[0], "Xen_ComputerSystem");
    for (int kind = 0; kind < KINDS; kind++)
        if (made[kind])
            made[kind]->ft->cleanup(made[kind], &context, 1);
    free_made();
    return unused;
}

int main(int count, char **arguments)
{
    pthread_t threads[THREADS];
    int status = 0;
    if (count < 2 || !(library = dlopen(arguments[1], RTLD_NOW)))
        return 2;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, serve, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    InstanceMI *mi = factory("Instance");
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        if (mi)
            ask(mi, "Xen_ComputerSystem");
        serve(NULL);
        fflush(stdout);
        _exit(3);
    }
    waitpid(child, &status, 0);
    printf("names %d\nchild %d\n", names, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    free_made();
    dlclose(library);
    return 0;
}
