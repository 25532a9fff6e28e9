/*
 * A CIM server that finds its providers idle and unloads them, again and again: all five kinds are made, for one broker
 * and for another in turn, asked, cleaned up, and the library is closed. Prints resident memory (KiB), open files,
 * sockets and threads after some of the rounds, once in use and once idle.
 *
 *   unload LIBRARY ROUNDS
 */
#define _GNU_SOURCE
#include "broker.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static int entries(const char *folder, bool sockets)
{
    int count = 0;
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
        struct stat s;
        count += !sockets || (!fstatat(dirfd(d), e->d_name, &s, 0) && S_ISSOCK(s.st_mode));
    }
    if (d)
        closedir(d);
    return count;
}

static void report(int round, const char *when)
{
    printf("%s-rss %ld\n%s-files %d\n%s-sockets %d\n%s-threads %d\nround %d\n", when, rss(), when, entries("/proc/self/fd", false), when,
        entries("/proc/self/fd", true), when, entries("/proc/self/task", false), round);
}

int main(int count, char **arguments)
{
    static const char *kinds[] = { "Instance", "Association", "Method", "Property", "Indication" };
    CMPIBroker brokers[] = { broker, broker };
    int rounds = count > 2 ? atoi(arguments[2]) : 1, failed = 0;
    printf("fresh-sockets %d\n", entries("/proc/self/fd", true));
    for (int round = 0; round < rounds; round++) {
        void *handle = dlopen(arguments[1], RTLD_NOW);
        InstanceMI *mis[5];
        for (int i = 0; i < 5; i++) {
            char name[64];
            CMPIStatus status = ok;
            snprintf(name, sizeof name, "_Generic_Create_%sMI", kinds[i]);
            mis[i] = ((Factory *)dlsym(handle, name))(&brokers[round % 3 == 0], &context, round % 2 ? "XenCimProvider" : "XenCim", &status);
            if (!mis[i])
                return 3;
        }
        for (int i = 0; i < 10; i++)
            failed += ask(mis[0], "Xen_ComputerSystem").rc != 0;
        bool tell = round == rounds / 5 || round == rounds - 1;
        if (tell)
            report(round, "busy");
        for (int i = 0; i < 5; i++)
            failed += mis[i]->ft->cleanup(mis[i], &context, 0).rc != 0;
        dlclose(handle);
        if (tell) {
            sleep(2); /* the last goodbye to the hypervisor is said in the background */
            report(round, "idle");
        }
    }
    printf("failed %d\nnames %d\n", failed, names);
    return 0;
}
