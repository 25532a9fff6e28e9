/* A provider that hangs: in its methods, and for the name "hangs" in its factory. */
#include <string.h>
#include <unistd.h>
#include "cmpi21.h"

static Status never(void)
{
    for (;;)
        pause();
    return (Status){ 0, NULL };
}

static Status cleanup(InstanceMI *mi, const Context *ctx, uint8_t terminating) { return never(); }
static Status names(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op) { return (Status){ 0, NULL }; }
static Status instances(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op, const char **properties) { return never(); }
static Status get(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op, const char **properties) { return never(); }

static struct InstanceMIFT table = { 200, 200, "never", cleanup, names, instances, get };
static InstanceMI mi = { NULL, &table };

InstanceMI *_Generic_Create_InstanceMI(const Broker *broker, const Context *ctx, const char *name, Status *rc)
{
    if (!strcmp(name, "hangs"))
        never();
    return &mi;
}
