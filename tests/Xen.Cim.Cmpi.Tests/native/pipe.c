/*
 * A CIM server that does nothing about SIGPIPE, by which whoever writes to a connection that the other side has closed ends the process. Its hypervisor
 * hangs up on every client, at once or after the first bytes. Prints "failed N" when all requests were answered.
 *
 *   pipe LIBRARY SOCKET, with XEN_CIM_CONNECT naming the same socket
 */
#define _GNU_SOURCE
#include "broker.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listener;

static void *hang_up(void *unused)
{
    char bytes[28];
    for (int i = 0;; i++) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0)
            return unused;
        if (i % 2 && read(client, bytes, sizeof bytes) < 0)
            perror("read");
        close(client);
    }
}

int main(int count, char **arguments)
{
    pthread_t thread;
    struct sigaction action;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (count < 3)
        return 2;
    signal(SIGPIPE, SIG_DFL);
    strncpy(address.sun_path, arguments[2], sizeof address.sun_path - 1);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 16)) {
        perror(arguments[2]);
        return 2;
    }
    pthread_create(&thread, NULL, hang_up, NULL);
    InstanceMI *mi = load(arguments[1]);
    int failed = 0;
    for (int i = 0; i < 10; i++) {
        failed += ask(mi, "Xen_ComputerSystem").rc == CMPI_RC_ERR_FAILED;
        usleep(300000); /* after a refusal the next try is made no sooner */
    }
    sigaction(SIGPIPE, NULL, &action);
    printf("failed %d\ndefault %d\n", failed, action.sa_handler == SIG_DFL);
    return 0;
}
