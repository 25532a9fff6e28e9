/*
 * A CIM server as small as can be, to measure what libXenCim.so costs the process that loads it: nothing else is in it.
 *
 *   host provider LIBRARY CLASS ROUNDS [QUIET]   loads the library and enumerates a class, once cold and then ROUNDS times,
 *                                        and asks nothing for QUIET seconds
 *   host libvirt URI                     only connects and lists the guests: what libvirt by itself costs
 *
 * Prints "name value" lines: times in microseconds, memory in KiB.
 */
#include "../../Xen.Cim.Server.Cmpi.Tests/native/cmpi21.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const Status ok;
static unsigned instances, properties;

/*
 * The objects of a call live until it ends, those of an instance until it is returned: what a server keeps of a result is
 * not the library's memory.
 */
static void **objects;
static size_t count, room, beginning;

static void *make(size_t size)
{
    if (count == room)
        objects = realloc(objects, (room = room ? room * 2 : 1024) * sizeof *objects);
    return objects[count++] = calloc(1, size);
}

static char *copy(const char *text) { return strcpy(make(strlen(text) + 1), text); }

static void free_from(size_t first)
{
    while (count > first)
        free(objects[--count]);
}

static char *get_chars(const String *s, Status *rc) { (void)rc; return s->hdl; }
static StringFT string_ft = { .ftVersion = 200, .getCharPtr = get_chars };
static String *new_string(const Broker *b, const char *text, Status *rc)
{
    String *s = make(sizeof *s);
    (void)b, (void)rc;
    *s = (String){ copy(text), &string_ft };
    return s;
}

static Status set_element(Array *a, unsigned i, const Value *v, Type t) { (void)t; ((Value *)a->hdl)[i] = *v; return ok; }
static ArrayFT array_ft = { .ftVersion = 200, .setElementAt = set_element };
static Array *new_array(const Broker *b, unsigned size, Type t, Status *rc)
{
    Array *a = make(sizeof *a);
    (void)b, (void)t, (void)rc;
    *a = (Array){ make((size + 1) * sizeof(Value)), &array_ft };
    return a;
}

static DateTimeFT date_time_ft = { .ftVersion = 200 };
static DateTime *new_date_time(const Broker *b, const char *text, Status *rc)
{
    DateTime *d = make(sizeof *d);
    (void)b, (void)rc;
    *d = (DateTime){ copy(text), &date_time_ft };
    return d;
}

struct names { char *ns, *cn; };
static String *get_ns(const Path *p, Status *rc) { return new_string(NULL, ((struct names *)p->hdl)->ns, rc); }
static String *get_cn(const Path *p, Status *rc) { return new_string(NULL, ((struct names *)p->hdl)->cn, rc); }
static String *get_host(const Path *p, Status *rc) { (void)p, (void)rc; return NULL; }
static Status set_host(Path *p, const char *h) { (void)p; copy(h); return ok; }
static Status add_key(Path *p, const char *n, const Value *v, Type t)
{
    (void)p;
    copy(n);
    if (t == T_chars)
        copy((const char *)v);
    return ok;
}
static unsigned no_keys(const Path *p, Status *rc) { (void)p, (void)rc; return 0; }
static PathFT path_ft = { .ftVersion = 200, .getNameSpace = get_ns, .getHostname = get_host, .setHostname = set_host,
    .getClassName = get_cn, .addKey = add_key, .getKeyCount = no_keys };
static Path *new_path(const Broker *b, const char *ns, const char *cn, Status *rc)
{
    Path *p = make(sizeof *p);
    struct names *names = make(sizeof *names);
    (void)b, (void)rc;
    *names = (struct names){ copy(ns), copy(cn) };
    *p = (Path){ names, &path_ft };
    return p;
}

static Status set_property(const Instance *i, const char *n, const Value *v, Type t)
{
    (void)i;
    copy(n);
    if (t == T_chars && v)
        copy((const char *)v);
    else
        make(sizeof *v);
    properties++;
    return ok;
}
static InstanceFT instance_ft = { .ftVersion = 200, .setProperty = set_property };
static Instance *new_instance(const Broker *b, const Path *p, Status *rc)
{
    Instance *i = make(sizeof *i);
    (void)b, (void)p;
    if (rc)
        *rc = ok;
    *i = (Instance){ NULL, &instance_ft };
    return i;
}

static Data get_entry(const Context *c, const char *n, Status *rc)
{
    (void)c, (void)n;
    if (rc)
        rc->rc = RC_NO_SUCH_PROPERTY;
    return (Data){ .state = S_null };
}
static ContextFT context_ft = { .ftVersion = 200, .getEntry = get_entry };
static Status return_instance(const Result *r, const Instance *i) { (void)r, (void)i; instances++; free_from(beginning); return ok; }
static Status return_done(const Result *r) { (void)r; return ok; }
static ResultFT result_ft = { .ftVersion = 200, .returnInstance = return_instance, .returnDone = return_done };

static Context *prepare(const Broker *b, const Context *c) { (void)b; return memcpy(malloc(sizeof *c), c, sizeof *c); }
static Status attach(const Broker *b, const Context *c) { (void)b, (void)c; return ok; }
static BrokerFT broker_ft = { .version = 200, .name = "host", .prepareAttachThread = prepare, .attachThread = attach, .detachThread = attach };
static EncapsulationFT encapsulation_ft = { .ftVersion = 200, .newInstance = new_instance, .newObjectPath = new_path, .newString = new_string,
    .newArray = new_array, .newDateTimeFromChars = new_date_time };
static Broker broker = { NULL, &broker_ft, &encapsulation_ft, NULL, NULL };

static long microseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void print_memory(const char *when)
{
    char line[256];
    long kib;
    FILE *f = fopen("/proc/self/smaps_rollup", "r");
    while (f && fgets(line, sizeof line, f)) {
        if (sscanf(line, "Rss: %ld", &kib) == 1)
            printf("rss_%s %ld\n", when, kib);
        if (sscanf(line, "Pss: %ld", &kib) == 1)
            printf("pss_%s %ld\n", when, kib);
        if (sscanf(line, "Anonymous: %ld", &kib) == 1)
            printf("anonymous_%s %ld\n", when, kib);
    }
    if (f)
        fclose(f);
}

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why ? why : "?");
    return 1;
}

static int provider(const char *library, const char *class, int rounds, unsigned quiet)
{
    Context context = { NULL, &context_ft };
    Result result = { NULL, &result_ft };
    Status status = ok;
    long start = microseconds();
    void *handle = dlopen(library, RTLD_NOW);
    if (!handle)
        return fail(library, dlerror());
    InstanceMI *(*create)(const Broker *, const Context *, const char *, Status *) = (InstanceMI * (*)(const Broker *, const Context *, const char *, Status *))
        dlsym(handle, "_Generic_Create_InstanceMI");
    InstanceMI *mi = create(&broker, &context, "XenCim", &status);
    if (!mi)
        return fail(library, status.msg ? status.msg->hdl : NULL);
    printf("boot %ld\n", microseconds() - start);
    for (int round = 0; round <= rounds; round++) {
        long begin = round ? microseconds() : start;
        instances = properties = 0;
        Path *path = new_path(&broker, "root/virt", class, NULL);
        beginning = count + 2; /* the provider reads namespace and class name first */
        status = mi->ft->enumerateInstances(mi, &context, &result, path, NULL);
        if (status.rc)
            return fail(class, status.msg ? status.msg->hdl : NULL);
        free_from(0);
        printf(round ? "round %ld\n" : "first %ld\n", microseconds() - begin);
    }
    printf("instances %u\nproperties %u\n", instances, properties);
    print_memory("after");
    sleep(quiet);
    print_memory("quiet");
    return 0;
}

static int libvirt(const char *uri)
{
    long start = microseconds();
    void *handle = dlopen("libvirt.so.0", RTLD_NOW);
    if (!handle)
        return fail("libvirt", dlerror());
    void *(*open)(const char *) = (void *(*)(const char *))dlsym(handle, "virConnectOpen");
    int (*list)(void *, void ***, unsigned) = (int (*)(void *, void ***, unsigned))dlsym(handle, "virConnectListAllDomains");
    void *connection = open(uri);
    if (!connection)
        return fail(uri, "no connection");
    void **domains;
    int guests = list(connection, &domains, 0);
    printf("first %ld\ninstances %d\n", microseconds() - start, guests);
    print_memory("after");
    return guests < 0;
}

int main(int argc, char **argv)
{
    int rc = 2;
    print_memory("before");
    if ((argc == 5 || argc == 6) && !strcmp(argv[1], "provider"))
        rc = provider(argv[2], argv[3], atoi(argv[4]), argc == 6 ? (unsigned)atoi(argv[5]) : 0);
    else if (argc == 3 && !strcmp(argv[1], "libvirt"))
        rc = libvirt(argv[2]);
    fflush(stdout);
    return rc;
}
