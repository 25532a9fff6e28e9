/* A provider that does what a provider must not do; a method's name says what. */
#include "cmpi21.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const Broker *broker;

#define EFT (broker->eft)

static Status ok(void)
{
    Status status = { RC_OK, NULL };
    return status;
}

static Status failed(const char *why)
{
    Status status = { RC_FAILED, EFT->newString(broker, why, NULL) };
    return status;
}

static Instance *plain(unsigned id)
{
    Path *path = EFT->newObjectPath(broker, "root/test", "Test_Plain", NULL);
    path->ft->addKey(path, "Id", (Value *)&id, T_uint32);
    Instance *made = EFT->newInstance(broker, path, NULL);
    made->ft->setProperty(made, "Id", (Value *)&id, T_uint32);
    made->ft->setProperty(made, "Text0", (Value *)"some text of usual length", T_chars);
    return made;
}

static void crash(void)
{
    *(volatile int *)8 = 1;
}

static Status invoke(MethodMI *mi, const Context *ctx, const Result *result, const Path *op, const char *method, const Args *in, Args *out)
{
    unsigned pid = getpid(), number = 1;
    if (!strcmp(method, "Pid"))
        result->ft->returnData(result, (Value *)&pid, T_uint32);
    else if (!strcmp(method, "NullResults")) {
        if (result->ft->returnInstance(result, NULL).rc == RC_OK || result->ft->returnObjectPath(result, NULL).rc == RC_OK
            || result->ft->returnInstance(NULL, NULL).rc != RC_INVALID_HANDLE || result->ft->returnData(NULL, NULL, T_string).rc != RC_INVALID_HANDLE)
            return failed("NULL was taken");
        result->ft->returnData(result, NULL, T_string);
    }
    else if (!strcmp(method, "WrongTypes")) {
        Instance *it = plain(1);
        Path *path = it->ft->getObjectPath(it, NULL);
        if (it->ft->setProperty(it, "Id", (Value *)"text", T_chars).rc == RC_OK || it->ft->setProperty(it, "Text0", (Value *)&number, 0x7777).rc == RC_OK
            || it->ft->setProperty(it, "Text0", (Value *)&path, T_string).rc == RC_OK || it->ft->setProperty(it, "Text0", (Value *)&path, T_ARRAY | T_string).rc == RC_OK
            || result->ft->returnInstance(result, (Instance *)path).rc == RC_OK || result->ft->returnData(result, (Value *)&number, 0x7777).rc == RC_OK)
            return failed("a wrong type was taken");
        result->ft->returnData(result, (Value *)"refused", T_chars);
    }
    else if (!strcmp(method, "DoneTwice")) {
        result->ft->returnData(result, (Value *)"first", T_chars);
        result->ft->returnDone(result);
        result->ft->returnDone(result);
        result->ft->returnData(result, (Value *)"late", T_chars);
        result->ft->returnDone(result);
    }
    else if (!strcmp(method, "ManyResults")) {
        for (int i = 0; i < 1000; i++)
            result->ft->returnData(result, (Value *)"again", T_chars);
    }
    else if (!strcmp(method, "StrangePointers")) {
        Status strange = { RC_FAILED, (String *)broker };
        return strange;
    }
    else if (!strcmp(method, "Crash")) crash();
    else if (!strcmp(method, "Abort")) abort();
    else if (!strcmp(method, "Exit")) exit(7);
    else if (!strcmp(method, "Hang")) for (;;) sleep(60);
    else if (!strcmp(method, "Spin")) for (;;) number++;
    else if (!strcmp(method, "Slow")) {
        usleep(1500000);
        result->ft->returnData(result, (Value *)"done", T_chars);
    }
    else if (!strcmp(method, "CloseEverything")) for (int i = 3; i < 1024; i++) close(i);
    else if (!strcmp(method, "WriteEverywhere")) {
        for (int i = 3; i < 64; i++)
            if (write(i, "\377\377\377\377rubbish for whoever listens", 32) < 0)
                continue;
        sleep(1);
    }
    else if (!strcmp(method, "Lose")) {
        char *volatile lost = malloc(100);
        lost[0] = 1;
        lost = NULL;
    }
    else if (!strcmp(method, "Print")) {
        printf("a provider prints\n");
        fflush(stdout);
        result->ft->returnData(result, (Value *)"printed", T_chars);
    }
    else if (!strcmp(method, "Recurse")) {
        Status rc;
        Data data = broker->bft->invokeMethod(broker, ctx, op, method, in, out, &rc);
        if (rc.rc)
            return rc;
        result->ft->returnData(result, &data.value, data.type);
    }
    else if (!strcmp(method, "Environment")) {
        Value name = in->ft->getArg(in, "Name", NULL).value;
        const char *value = getenv(name.string->ft->getCharPtr(name.string, NULL));
        result->ft->returnData(result, (Value *)(value ? value : "(none)"), T_chars);
    }
    else return failed(method);
    return ok();
}

/* Instances without end. */
static Status enum_instances(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op, const char **properties)
{
    for (unsigned i = 0;; i++) {
        Instance *it = plain(i);
        if (result->ft->returnInstance(result, it).rc)
            break;
        it->ft->release(it);
    }
    return ok();
}

static Status get_instance(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op, const char **properties)
{
    crash();
    return ok();
}

static Status cleanup_instance(InstanceMI *mi, const Context *ctx, uint8_t terminating) { return ok(); }
static Status cleanup_method(MethodMI *mi, const Context *ctx, uint8_t terminating)
{
    Status refuse = { 50, NULL };
    return terminating || !getenv("MISBEHAVE_STAY") ? ok() : refuse;
}

static Status cleanup_indication(IndicationMI *mi, const Context *ctx, uint8_t terminating) { return ok(); }
static Status authorize(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op, const char *owner) { return ok(); }
static Status must_poll(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op) { return failed("never"); }

/* Tells what it was told, and dies of it where MISBEHAVE_DIE is a file. */
static Status activate(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op, uint8_t first)
{
    const char *deadly = getenv("MISBEHAVE_DIE");
    char line[256];
    String *from = op->ft->getClassName(op, NULL);
    snprintf(line, sizeof line, "activated %s %d", from->ft->getCharPtr(from, NULL), first);
    EFT->logMessage(broker, 1, "misbehave", line, NULL);
    if (deadly && !access(deadly, F_OK))
        crash();
    return ok();
}
static Status deactivate(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op, uint8_t last) { return ok(); }
static Status enable(IndicationMI *mi, const Context *ctx)
{
    EFT->logMessage(broker, 1, "misbehave", "enabled", NULL);
    return ok();
}
static Status disable(IndicationMI *mi, const Context *ctx) { return ok(); }

static struct InstanceMIFT instance_table = { 100, 100, "misbehave", cleanup_instance, NULL, enum_instances, get_instance };
static struct MethodMIFT method_table = { 100, 100, "misbehave", cleanup_method, invoke };
static struct IndicationMIFT indication_table = { 100, 100, "misbehave", cleanup_indication, authorize, must_poll, activate, deactivate, enable, disable };
static InstanceMI instance_mi = { NULL, &instance_table };
static MethodMI method_mi = { NULL, &method_table };
static IndicationMI indication_mi = { NULL, &indication_table };
static MethodMI hollow_mi;

InstanceMI *Misbehave_Create_InstanceMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    return &instance_mi;
}

MethodMI *Misbehave_Create_MethodMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    return &method_mi;
}

IndicationMI *Misbehave_Create_IndicationMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    return &indication_mi;
}

MethodMI *Stillborn_Create_MethodMI(const Broker *given, const Context *ctx, Status *rc)
{
    crash();
    return NULL;
}

MethodMI *Nothing_Create_MethodMI(const Broker *given, const Context *ctx, Status *rc)
{
    return NULL;
}

/* An interface without a table. */
MethodMI *Hollow_Create_MethodMI(const Broker *given, const Context *ctx, Status *rc)
{
    return &hollow_mi;
}
