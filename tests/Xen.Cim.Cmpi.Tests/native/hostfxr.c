/*
 * No runtime, but what libXenCim.so takes for one: in its place a memory checker sees the shim and nothing else.
 * HOSTFXR says what goes wrong: "initialize", "delegate" or "load" fails, or "meddle" changes what is the server's.
 * With OLD it lacks a function that the shim needs.
 */
#define _GNU_SOURCE
#include "broker.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FAILURE = (int)0x80008096, KINDS = 5 };
typedef void writer_fn(const char *line);

static writer_fn *writer;
static const CMPIBroker *servers;

static bool is(const char *fault)
{
    const char *chosen = getenv("HOSTFXR");
    return chosen && !strcmp(chosen, fault);
}

static int fails(const char *fault)
{
    if (!is(fault))
        return 0;
    writer("It is said\n\nin two lines:\r\n");
    writer(fault);
    return FAILURE;
}

static CMPIStatus enumerate(InstanceMI *mi, const CMPIContext *c, const Result *result, const Path *path)
{
    (void)mi, (void)c;
    EncFT *eft = (EncFT *)servers->eft;
    Path *one = eft->newObjectPath(servers, "root/virt", path->ft->getClassName(path, NULL)->hdl, NULL);
    one->ft->addKey(one, "Name", "one", 0x1700);
    result->ft->returnObjectPath(result, one);
    return result->ft->returnDone(result);
}

static CMPIStatus fine(CMPIMI *mi) { (void)mi; return ok; }

static struct { int version, miVersion; const char *name; CMPIFunction *functions[8]; } tables[KINDS];

static CMPIMI *create(int kind, const CMPIBroker *b, const CMPIContext *c, const char *name, CMPIStatus *status)
{
    static CMPIMI made[KINDS];
    (void)c;
    servers = b;
    *status = ok;
    tables[kind].name = name;
    for (int i = 0; i < 8; i++)
        tables[kind].functions[i] = i == 1 ? (CMPIFunction *)(void *)enumerate : fine;
    made[kind] = (CMPIMI){ b, (CMPIMIFT *)&tables[kind] };
    return &made[kind];
}

static int load_function(const char *assembly, const char *type, const char *method, const char *delegate_type, void *reserved, void **function)
{
    (void)delegate_type, (void)reserved;
    if (access(assembly, R_OK) || strcmp(type, "Xen.Cim.Cmpi.EntryPoint, Xen.Cim.Cmpi") || strcmp(method, "Create"))
        return FAILURE;
    *function = (void *)create;
    return fails("load");
}

static void on_signal(int signal) { (void)signal; }

int hostfxr_initialize_for_runtime_config(const char *config, const void *parameters, void **handle)
{
    (void)config, (void)parameters;
    *handle = strdup("a handle");
    if (is("meddle")) {
        signal(SIGTERM, on_signal);
        setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 100, 100 });
        setenv("MEDDLED", "1", 1);
    }
    return fails("initialize");
}

int hostfxr_get_runtime_delegate(void *handle, int type, void **delegate)
{
    (void)handle, (void)type;
    *delegate = (void *)load_function;
    return fails("delegate");
}

int hostfxr_close(void *handle)
{
    free(handle);
    return 0;
}

#ifndef OLD
writer_fn *hostfxr_set_error_writer(writer_fn *given)
{
    writer_fn *before = writer;
    writer = given;
    return before;
}
#endif
