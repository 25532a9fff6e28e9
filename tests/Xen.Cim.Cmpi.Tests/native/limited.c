/*
 * A CIM server that has limited itself to 256 open files, of the more that it may have. Prints that limit after it asked
 * the library, how many entries of TMPDIR and /tmp bear its process id, and the exit code of a copy of itself that is
 * killed while the runtime works.
 *
 *   limited LIBRARY
 */
#define _GNU_SOURCE
#include "broker.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Since then: what bears the same id and is older is of a process that had it before.
static time_t began;

static int of_process(const char *folder, pid_t pid)
{
    int count = 0;
    struct stat entry;
    // dotnet-diagnostic-PID-TIME-socket, clr-debug-pipe-PID-TIME-in: neither a longer id nor the time is this one.
    char number[16];
    snprintf(number, sizeof number, "-%d-", pid);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));)
        count += strstr(e->d_name, number) && (strstr(e->d_name, "dotnet") || strstr(e->d_name, "clr"))
            && !fstatat(dirfd(d), e->d_name, &entry, AT_SYMLINK_NOFOLLOW) && entry.st_mtime >= began;
    if (d)
        closedir(d);
    return count;
}

int main(int count, char **arguments)
{
    struct rlimit files;
    int status;
    began = time(NULL);
    if (count < 2 || !getenv("TMPDIR"))
        return 2;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = 256;
    setrlimit(RLIMIT_NOFILE, &files);
    pid_t child = fork();
    if (!child) {
        ask(load(arguments[1]), "Xen_ComputerSystem");
        raise(SIGKILL);
    }
    waitpid(child, &status, 0);
    int left = of_process("/tmp", child) + of_process(getenv("TMPDIR"), child);
    InstanceMI *mi = load(arguments[1]);
    printf("answerrc %d\n", ask(mi, "Xen_ComputerSystem").rc);
    getrlimit(RLIMIT_NOFILE, &files);
    printf("files %ld\ninTmp %d\nkilled %d\n", (long)files.rlim_cur, left + of_process("/tmp", getpid()) + of_process(getenv("TMPDIR"), getpid()),
        WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    return 0;
}
