/*
 * A CIM server that ends, in every way a server ends, while four threads are inside libXenCim.so or after it was done
 * with it. The exit code is the server's own: 7, or the signal.
 *
 *   exit LIBRARY exit|return|_exit|quick_exit|handler|killed|cleaned|closed|detached|abandoned
 */
#define _GNU_SOURCE
#include "broker.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static InstanceMI *mi;
static atomic_bool ending, begun;
static volatile sig_atomic_t asked_to_end;

static void *serve(void *unused)
{
    while (!ending) {
        ask(mi, "Xen_ComputerSystem");
        begun = true;
    }
    return unused;
}

static void on_term(int s) { (void)s; asked_to_end = 1; }
static void *leave(void *unused) { (void)unused; exit(7); }

int main(int count, char **arguments)
{
    pthread_t threads[4], last;
    const char *how = count > 2 ? arguments[2] : "";
    if (!strcmp(how, "handler"))
        signal(SIGTERM, on_term);
    mi = load(arguments[1]);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, serve, NULL);
    while (!begun)
        usleep(1000);
    usleep(20000);
    if (!strcmp(how, "exit"))
        exit(7);
    if (!strcmp(how, "_exit"))
        _exit(7);
    if (!strcmp(how, "quick_exit"))
        quick_exit(7);
    if (!strcmp(how, "return"))
        return 7;
    if (!strcmp(how, "handler")) { /* as daemons do it */
        kill(getpid(), SIGTERM);
        while (!asked_to_end)
            usleep(1000);
        exit(7);
    }
    if (!strcmp(how, "killed")) {
        kill(getpid(), SIGTERM);
        pause();
    }
    if (!strcmp(how, "detached")) { /* a thread of the server's ends the process */
        pthread_create(&last, NULL, leave, NULL);
        pause();
    }
    if (!strcmp(how, "abandoned")) { /* main ends, a thread of the server's goes on and ends the process later */
        pthread_create(&last, NULL, leave, NULL);
        pthread_exit(NULL);
    }
    ending = true;
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    if (mi->ft->cleanup(mi, &context, 1).rc)
        return 99;
    if (!strcmp(how, "closed")) {
        void *handle = dlopen(arguments[1], RTLD_NOW | RTLD_NOLOAD);
        dlclose(handle);
        dlclose(handle);
    }
    return 7;
}
