/*
 * A CIM server that forks after it has loaded libXenCim.so, while requests are under way. Prints for each kind of child
 * what became of it: "NAME STATUS" with the child's exit code, -1 when it did not end within ten seconds, and 1000 and
 * more when a signal killed it.
 *
 *   fork LIBRARY
 */
#define _GNU_SOURCE
#include "broker.h"

#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static InstanceMI *mi;
static const char *library;
static atomic_bool ending;
static int at_exit_of_server[2];

static void *serve(void *unused)
{
    while (!ending)
        ask(mi, "Xen_ComputerSystem");
    return unused;
}

static void *begin(void *unused)
{
    mi = load(library);
    printf("first %d\n", ask(mi, "Xen_ComputerSystem").rc);
    return unused;
}

static void *end(void *unused)
{
    printf("last %d\n", ask(mi, "Xen_ComputerSystem").rc);
    return unused;
}

static void servers_own(void)
{
    if (write(at_exit_of_server[1], "x", 1) != 1)
        abort();
}

static void *nothing(void *argument) { return argument; }

static int only_exit(void) { _exit(3); }

static int exec(void)
{
    execl("/bin/sh", "sh", "-c", "exit 4", (char *)NULL);
    return 99;
}

/* What servers do in a child: memory, files, users, threads of its own, and then exit with all that is registered for it. */
static int use_own_functions(void)
{
    pthread_t thread;
    void *result = NULL;
    char *memory = malloc(1 << 20);
    memset(memory, 1, 1 << 20);
    free(memory);
    if (!getpwuid(0) || pthread_create(&thread, NULL, nothing, &result) || pthread_join(thread, &result) || !result)
        return 99;
    exit(5);
}

/* Every function of a provider answers FAILED and says why, but cleanup, for which there is nothing to do. */
static int use_provider(void)
{
    Result result = { NULL, &result_ft };
    CMPIStatus (*const *functions)(InstanceMI *, const CMPIContext *, const Result *, const Path *) = (void *)&mi->ft->enumerateInstanceNames;
    for (int i = 0; i < 7; i++) {
        CMPIStatus status = functions[i](mi, &context, &result, new_path(&broker, "root/virt", "Xen_ComputerSystem", NULL));
        if (status.rc != CMPI_RC_ERR_FAILED || !status.msg || !strstr(status.msg->hdl, "fork"))
            return 90 + i;
    }
    if (mi->ft->cleanup(mi, &context, 1).rc)
        return 98;
    exit(6);
}

static int make_provider(void)
{
    CMPIStatus status = ok;
    Factory *create = (Factory *)dlsym(dlopen(library, RTLD_NOW), "_Generic_Create_MethodMI");
    if (create(&broker, &context, "XenCim", &status) || status.rc != CMPI_RC_ERR_FAILED || !status.msg || !strstr(status.msg->hdl, "fork"))
        return 99;
    exit(7);
}

static int fork_again(void)
{
    int status;
    pid_t child = fork();
    if (!child)
        exit(use_provider());
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 6 ? 8 : 99;
}

static void try(const char *name, int (*child)(void))
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (!pid)
        _exit(child());
    for (int i = 0; i < 1000; i++) {
        if (waitpid(pid, &status, WNOHANG) == pid) {
            printf("%s %d\n", name, WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status));
            return;
        }
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    }
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    printf("%s -1\n", name);
}

int main(int count, char **arguments)
{
    pthread_t threads[4];
    char exits[64];
    if (count < 2 || pipe(at_exit_of_server))
        return 2;
    library = arguments[1];
    atexit(servers_own);
    pthread_create(&threads[0], NULL, begin, NULL);
    pthread_join(threads[0], NULL);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, serve, NULL);
    for (int round = 0; round < 5; round++) {
        try("_exit", only_exit);
        try("exec", exec);
        try("own", use_own_functions);
        try("provider", use_provider);
        try("factory", make_provider);
        try("again", fork_again);
    }
    ending = true;
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    /* Of five rounds: own, provider, factory, and the child's child. */
    printf("exits %zd\n", read(at_exit_of_server[0], exits, sizeof exits));
    pthread_create(&threads[0], NULL, end, NULL);
    pthread_join(threads[0], NULL);
    return 0;
}
