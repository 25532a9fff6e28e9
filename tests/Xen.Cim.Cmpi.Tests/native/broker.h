/*
 * The smallest broker that libXenCim.so can be asked through, for programs that play a CIM server. What a request makes
 * lives until the request ends or its thread is detached, as in a real server.
 */
#ifndef BROKER_H
#define BROKER_H

#include "cmpi.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The parts of CMPI 2.0 that the requests go through; a "skip" member stands for entries that nobody calls. */
typedef union { void *pointer; uint64_t number; char size[16]; } Value;
typedef struct { uint16_t type, state; Value value; } CMPIData;
typedef struct { int version; void *skip[2]; char *(*getCharPtr)(const CMPIString *, CMPIStatus *); } StringFT;
struct CMPIString { void *hdl; StringFT *ft; };
typedef struct Path Path;
typedef struct {
    int version;
    void *skip1[3];
    CMPIString *(*getNameSpace)(const Path *, CMPIStatus *);
    CMPIStatus (*setHostname)(Path *, const char *);
    CMPIString *(*getHostname)(const Path *, CMPIStatus *);
    void *setClassName;
    CMPIString *(*getClassName)(const Path *, CMPIStatus *);
    CMPIStatus (*addKey)(Path *, const char *, const void *, uint16_t);
    void *skip2[2];
    unsigned (*getKeyCount)(const Path *, CMPIStatus *);
    void *skip3[7];
} PathFT;
struct Path { void *hdl; PathFT *ft; CMPIString ns, cn; };
typedef struct Instance Instance;
typedef struct { int version; void *skip1[5]; CMPIStatus (*setProperty)(const Instance *, const char *, const Value *, uint16_t); void *skip2[4]; } InstanceFT;
struct Instance { void *hdl; InstanceFT *ft; };
typedef struct Array Array;
typedef struct { int version; void *skip[5]; CMPIStatus (*setElementAt)(Array *, unsigned, const Value *, uint16_t); } ArrayFT;
struct Array { void *hdl; ArrayFT *ft; };
typedef struct { int version; void *skip[2]; CMPIData (*getEntry)(const CMPIContext *, const char *, CMPIStatus *); void *rest[3]; } ContextFT;
struct CMPIContext { void *hdl; ContextFT *ft; };
typedef struct Result Result;
typedef struct {
    int version;
    void *skip[3];
    CMPIStatus (*returnInstance)(const Result *, const Instance *);
    CMPIStatus (*returnObjectPath)(const Result *, const Path *);
    CMPIStatus (*returnDone)(const Result *);
    void *returnError;
} ResultFT;
struct Result { void *hdl; ResultFT *ft; };
typedef struct {
    unsigned capabilities, version;
    const char *name;
    CMPIContext *(*prepareAttachThread)(const CMPIBroker *, const CMPIContext *);
    CMPIStatus (*attachThread)(const CMPIBroker *, const CMPIContext *);
    CMPIStatus (*detachThread)(const CMPIBroker *, const CMPIContext *);
    void *rest[15];
} BrokerFT;
typedef struct {
    int version;
    Instance *(*newInstance)(const CMPIBroker *, const Path *, CMPIStatus *);
    Path *(*newObjectPath)(const CMPIBroker *, const char *, const char *, CMPIStatus *);
    void *newArgs;
    CMPIString *(*newString)(const CMPIBroker *, const char *, CMPIStatus *);
    Array *(*newArray)(const CMPIBroker *, unsigned, uint16_t, CMPIStatus *);
    void *skip[2];
    CMPIString *(*newDateTimeFromChars)(const CMPIBroker *, const char *, CMPIStatus *);
    void *rest[12];
} EncFT;
typedef struct InstanceMI InstanceMI;
typedef struct {
    int version, miVersion;
    const char *name;
    CMPIStatus (*cleanup)(InstanceMI *, const CMPIContext *, unsigned char);
    CMPIStatus (*enumerateInstanceNames)(InstanceMI *, const CMPIContext *, const Result *, const Path *);
    CMPIStatus (*enumerateInstances)(InstanceMI *, const CMPIContext *, const Result *, const Path *, const char **);
    void *rest[5];
} InstanceMIFT;
struct InstanceMI { void *hdl; InstanceMIFT *ft; };
typedef InstanceMI *Factory(const CMPIBroker *, const CMPIContext *, const char *, CMPIStatus *);

static const CMPIStatus ok;
static atomic_int names, done, attached, keys;
static FILE *dump; /* where the properties of instances are printed to, if anywhere */

/* What this thread made since its request began. */
static __thread void **made;
static __thread size_t made_count, made_room;

static void *make(size_t size)
{
    if (made_count == made_room)
        made = realloc(made, (made_room = made_room ? 2 * made_room : 256) * sizeof *made);
    return made[made_count++] = calloc(1, size);
}

static void free_made(void)
{
    while (made_count)
        free(made[--made_count]);
    free(made);
    made = NULL;
    made_room = 0;
}

static char *copy(const char *chars) { return strcpy(make(strlen(chars) + 1), chars); }
static char *get_chars(const CMPIString *s, CMPIStatus *rc) { (void)rc; return s->hdl; }
static StringFT string_ft = { .version = 200, .getCharPtr = get_chars };
static CMPIString *new_string(const CMPIBroker *b, const char *chars, CMPIStatus *rc)
{
    CMPIString *s = make(sizeof *s);
    (void)b, (void)rc;
    *s = (CMPIString){ copy(chars), &string_ft };
    return s;
}
static CMPIString *get_ns(const Path *p, CMPIStatus *rc) { (void)rc; return (CMPIString *)&p->ns; }
static CMPIString *get_cn(const Path *p, CMPIStatus *rc) { (void)rc; return (CMPIString *)&p->cn; }
static CMPIString *get_host(const Path *p, CMPIStatus *rc) { (void)p, (void)rc; return NULL; }
static CMPIStatus set_host(Path *p, const char *h) { (void)p, (void)h; return ok; }
static void print_value(const char *what, const char *name, const void *value, uint16_t type)
{
    if (!dump)
        return;
    if (!value)
        fprintf(dump, "%s %s NULL\n", what, name);
    else if (type == 0x1700)
        fprintf(dump, "%s %s \"%s\"\n", what, name, (const char *)value);
    else if (type == 0x1800)
        fprintf(dump, "%s %s datetime\n", what, name); /* the time differs from run to run */
    else if (type < 0x1000)
        fprintf(dump, "%s %s %llx\n", what, name, (unsigned long long)((const Value *)value)->number & (type == 2 ? 1 : ((type >> 4) & 3) == 3 ? ~0ull : (1ull << (8 << ((type >> 4) & 3))) - 1));
    else
        fprintf(dump, "%s %s type %x\n", what, name, type);
}
static CMPIStatus add_key(Path *p, const char *n, const void *v, uint16_t t) { (void)p; print_value("key", n, v, t); keys++; return ok; }
static unsigned key_count(const Path *p, CMPIStatus *rc) { (void)p, (void)rc; return 0; }
static PathFT path_ft = { .version = 200, .getNameSpace = get_ns, .setHostname = set_host, .getHostname = get_host,
    .getClassName = get_cn, .addKey = add_key, .getKeyCount = key_count };
static Path *new_path(const CMPIBroker *b, const char *ns, const char *cn, CMPIStatus *rc)
{
    Path *p = make(sizeof *p);
    (void)b, (void)rc;
    *p = (Path){ NULL, &path_ft, { copy(ns), &string_ft }, { copy(cn), &string_ft } };
    return p;
}
static CMPIStatus set_property(const Instance *i, const char *n, const Value *v, uint16_t t) { (void)i; print_value("property", n, v, t); return ok; }
static InstanceFT instance_ft = { .version = 200, .setProperty = set_property };
static Instance *new_instance(const CMPIBroker *b, const Path *p, CMPIStatus *rc)
{
    Instance *i = make(sizeof *i);
    (void)b, (void)p, (void)rc;
    *i = (Instance){ NULL, &instance_ft };
    return i;
}
static CMPIStatus set_element(Array *a, unsigned i, const Value *v, uint16_t t) { (void)a, (void)i, (void)v, (void)t; return ok; }
static ArrayFT array_ft = { .version = 200, .setElementAt = set_element };
static Array *new_array(const CMPIBroker *b, unsigned size, uint16_t t, CMPIStatus *rc)
{
    Array *a = make(sizeof *a);
    (void)b, (void)size, (void)t, (void)rc;
    *a = (Array){ NULL, &array_ft };
    return a;
}
static CMPIData get_entry(const CMPIContext *c, const char *n, CMPIStatus *rc)
{
    (void)c, (void)n;
    if (rc)
        rc->rc = 12;
    return (CMPIData){ .state = 4 << 8 };
}
static ContextFT context_ft = { .version = 200, .getEntry = get_entry };
static CMPIContext context = { NULL, &context_ft };
static CMPIStatus return_instance(const Result *r, const Instance *i) { (void)r, (void)i; names++; return ok; }
static CMPIStatus return_path(const Result *r, const Path *p) { (void)r, (void)p; names++; return ok; }
static CMPIStatus return_done(const Result *r) { (void)r; done++; return ok; }
static ResultFT result_ft = { .version = 200, .returnInstance = return_instance, .returnObjectPath = return_path, .returnDone = return_done };
static CMPIContext *prepare(const CMPIBroker *b, const CMPIContext *c)
{
    (void)b;
    return memcpy(malloc(sizeof *c), c, sizeof *c);
}
static CMPIStatus attach(const CMPIBroker *b, const CMPIContext *c) { (void)b, (void)c; attached++; return ok; }
static CMPIStatus detach(const CMPIBroker *b, const CMPIContext *c) { (void)b; attached--; free((void *)c); free_made(); return ok; }
static BrokerFT broker_ft = { 0x81ff, 200, "host", prepare, attach, detach, { 0 } };
static EncFT enc_ft = { .version = 200, .newInstance = new_instance, .newObjectPath = new_path, .newString = new_string,
    .newArray = new_array, .newDateTimeFromChars = new_string };
static CMPIBroker broker = { NULL, &broker_ft, (CMPIBrokerEncFT *)&enc_ft, NULL, NULL };

/* One request for the names of all instances of a class, or for the instances. */
__attribute__((unused)) static CMPIStatus ask(InstanceMI *mi, const char *class)
{
    Result result = { NULL, &result_ft };
    Path *path = new_path(&broker, "root/virt", class, NULL);
    CMPIStatus status = dump ? mi->ft->enumerateInstances(mi, &context, &result, path, NULL) : mi->ft->enumerateInstanceNames(mi, &context, &result, path);
    if (status.msg)
        printf("message %s\n", (char *)status.msg->hdl);
    free_made();
    return status;
}

/* Opens the library and makes its instance provider; ends the program when that fails. */
__attribute__((unused)) static InstanceMI *load(const char *library)
{
    CMPIStatus status = ok;
    void *handle = dlopen(library, RTLD_NOW);
    Factory *create = handle ? (Factory *)dlsym(handle, "_Generic_Create_InstanceMI") : NULL;
    InstanceMI *mi = create ? create(&broker, &context, "XenCim", &status) : NULL;
    if (!mi) {
        printf("rc %d\nmessage %s\n", status.rc, status.msg ? (char *)status.msg->hdl : dlerror());
        fflush(stdout);
        _Exit(2);
    }
    return mi;
}

__attribute__((unused)) static long microseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Resident memory in KiB. */
__attribute__((unused)) static long rss(void)
{
    char line[200];
    long kib = -1;
    FILE *f = fopen("/proc/self/status", "re");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmRSS: %ld", &kib);
    if (f)
        fclose(f);
    return kib;
}

#endif
