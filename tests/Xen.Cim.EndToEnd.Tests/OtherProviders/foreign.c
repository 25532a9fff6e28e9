/*
 * Somebody else's provider: Test_Foreign tells which process it runs in, and Test_ForeignIndication the same when it is
 * raised. The names of instances say what happens: "wait" makes the file FOREIGN_WAITS and never comes back, "raise"
 * raises an indication.
 */
#include "cmpi21.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const Broker *broker;
static volatile int enabled;

static Status ok(void)
{
    return (Status){ RC_OK, NULL };
}

static Instance *made(const char *class, const char *name)
{
    uint32_t process = getpid();
    Path *path = broker->eft->newObjectPath(broker, "root/foreign", class, NULL);
    if (name)
        path->ft->addKey(path, "Name", (Value *)name, T_chars);
    Instance *it = broker->eft->newInstance(broker, path, NULL);
    if (name)
        it->ft->setProperty(it, "Name", (Value *)name, T_chars);
    it->ft->setProperty(it, "Process", (Value *)&process, T_uint32);
    return it;
}

static Status get(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op, const char **properties)
{
    const String *key = op->ft->getKey(op, "Name", NULL).value.string;
    const char *name = key->ft->getCharPtr(key, NULL);
    if (!strcmp(name, "wait")) {
        close(open(getenv("FOREIGN_WAITS"), O_CREAT | O_WRONLY, 0600));
        for (;;)
            pause();
    }
    if (!strcmp(name, "raise")) {
        if (!enabled)
            return (Status){ RC_FAILED, broker->eft->newString(broker, "nobody has subscribed", NULL) };
        Status rc = broker->bft->deliverIndication(broker, ctx, "root/foreign", made("Test_ForeignIndication", NULL));
        if (rc.rc)
            return rc;
    }
    result->ft->returnInstance(result, made("Test_Foreign", name));
    result->ft->returnDone(result);
    return ok();
}

static Status names(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op)
{
    Instance *it = made("Test_Foreign", "only");
    result->ft->returnObjectPath(result, it->ft->getObjectPath(it, NULL));
    return ok();
}

static Status cleanup_instance(InstanceMI *mi, const Context *ctx, uint8_t terminating) { return ok(); }
static Status cleanup_indication(IndicationMI *mi, const Context *ctx, uint8_t terminating) { return ok(); }
static Status authorize(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op, const char *owner) { return ok(); }
static Status must_poll(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op) { return (Status){ RC_NOT_SUPPORTED, NULL }; }
static Status activate(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op, uint8_t first) { return ok(); }
static Status deactivate(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op, uint8_t last) { return ok(); }
static Status enable(IndicationMI *mi, const Context *ctx) { enabled = 1; return ok(); }
static Status disable(IndicationMI *mi, const Context *ctx) { enabled = 0; return ok(); }

static struct InstanceMIFT instance_table = { 200, 200, "foreign", cleanup_instance, names, NULL, get };
static struct IndicationMIFT indication_table = { 200, 200, "foreign", cleanup_indication, authorize, must_poll, activate, deactivate, enable, disable };
static InstanceMI instance_mi = { NULL, &instance_table };
static IndicationMI indication_mi = { NULL, &indication_table };

InstanceMI *Foreign_Create_InstanceMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    return &instance_mi;
}

IndicationMI *Foreign_Create_IndicationMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    return &indication_mi;
}
