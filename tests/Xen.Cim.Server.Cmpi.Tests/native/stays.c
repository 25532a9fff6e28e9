/* A provider that does not let its process end: neither when it is cleaned up nor when the process leaves. */
#include <string.h>
#include <unistd.h>
#include "cmpi21.h"

static Status stay(void)
{
    for (;;)
        pause();
    return (Status){ 0, NULL };
}

__attribute__((destructor)) static void leave(void) { stay(); }

static Status cleanup(InstanceMI *mi, const Context *ctx, uint8_t terminating) { return stay(); }
static Status names(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op) { return (Status){ 0, NULL }; }
static Status get(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op, const char **properties) { return stay(); }

static struct InstanceMIFT table = { 200, 200, "stays", cleanup, names, NULL, get };
static InstanceMI mi = { NULL, &table };

InstanceMI *Stays_Create_InstanceMI(const Broker *broker, const Context *ctx, Status *rc) { return &mi; }
