/*
 * libXenCim.so: what a CIM server loads. It boots .NET once, by way of hostfxr, and hands the factory calls over to
 * Xen.Cim.Cmpi.dll. Beside the library lie, in xen-cim/, the assemblies and perhaps a runtime of their own (dotnet/).
 *
 * The process belongs to the CIM server. CoreCLR's boot replaces signal handlers; they are given back, except those that
 * the runtime cannot work without: SIGSEGV, SIGFPE, SIGILL, SIGBUS and SIGTRAP (how it sees faults in managed code;
 * it calls the handler that was there before for all others) and the real-time signals (how it stops threads to collect).
 */
#define _GNU_SOURCE
#include "cmpi.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* hostfxr and its delegate, as documented in the .NET hosting design (hostfxr.h, coreclr_delegates.h). */
typedef int (*initialize_fn)(const char *config, const void *parameters, void **handle);
typedef int (*get_delegate_fn)(void *handle, int type, void **delegate);
typedef int (*close_fn)(void *handle);
typedef void (*error_writer_fn)(const char *message);
typedef error_writer_fn (*set_error_writer_fn)(error_writer_fn writer);
typedef int (*load_fn)(const char *assembly, const char *type, const char *method, const char *delegate_type, void *reserved, void **function);
struct initialize_parameters { size_t size; const char *host_path; const char *dotnet_root; };
enum { LOAD_ASSEMBLY_AND_GET_FUNCTION_POINTER = 5 };
#define UNMANAGED_CALLERS_ONLY ((const char *)-1)

/* The managed entry: makes one MI; 0 or a CMPI return code, with status filled in. */
typedef CMPIMI *(*create_fn)(int kind, const CMPIBroker *, const CMPIContext *, const char *name, CMPIStatus *);

enum { INSTANCE, ASSOCIATION, METHOD, PROPERTY, INDICATION };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static create_fn create;
static char message[2048];

static void fail(const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(message);
    va_start(arguments, format);
    vsnprintf(message + used, sizeof message - used, format, arguments);
    va_end(arguments);
}

static void hostfxr_says(const char *text) { fail(" %s", text); }

/* "10.0.12" against "9.0.1": by number, not by letter. */
static int compare_versions(const char *a, const char *b)
{
    for (;;) {
        char *ea, *eb;
        long va = strtol(a, &ea, 10), vb = strtol(b, &eb, 10);
        if (va != vb)
            return va < vb ? -1 : 1;
        if (*ea != '.' || *eb != '.')
            return strcmp(ea, eb);
        a = ea + 1;
        b = eb + 1;
    }
}

/* The newest ROOT/host/fxr/VERSION/libhostfxr.so. */
static bool find_hostfxr(const char *root, char *path)
{
    char folder[PATH_MAX], best[256] = "";
    if (snprintf(folder, sizeof folder, "%s/host/fxr", root) >= (int)sizeof folder)
        return false;
    DIR *versions = opendir(folder);
    if (!versions)
        return false;
    for (struct dirent *entry; (entry = readdir(versions));)
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && (!*best || compare_versions(entry->d_name, best) > 0))
            snprintf(best, sizeof best, "%s", entry->d_name);
    closedir(versions);
    return *best && snprintf(path, PATH_MAX, "%s/%s/libhostfxr.so", folder, best) < PATH_MAX && access(path, R_OK) == 0;
}

/* A runtime of our own, then DOTNET_ROOT, then where distributions and the installer put it. */
static bool find_dotnet(const char *own, char *root, char *hostfxr)
{
    const char *environment = getenv("DOTNET_ROOT");
    char configured[PATH_MAX] = "";
    FILE *location = fopen("/etc/dotnet/install_location", "re");
    if (location) {
        if (fgets(configured, sizeof configured, location))
            configured[strcspn(configured, "\r\n")] = 0;
        fclose(location);
    }
    const char *candidates[] = { own, environment, configured, "/usr/lib/dotnet", "/usr/share/dotnet", "/usr/lib64/dotnet", "/opt/dotnet" };
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (candidates[i] && *candidates[i] && find_hostfxr(candidates[i], hostfxr)) {
            snprintf(root, PATH_MAX, "%s", candidates[i]);
            return true;
        }
        /* Who names a runtime means that one. */
        if (candidates[i] == environment && environment && *environment) {
            fail("DOTNET_ROOT is %s, but there is no .NET runtime in it.", environment);
            return false;
        }
    }
    fail("There is no .NET runtime: looked into %s, DOTNET_ROOT, /etc/dotnet/install_location, /usr/lib/dotnet, /usr/share/dotnet, "
         "/usr/lib64/dotnet and /opt/dotnet. Install the .NET 10 runtime, or set DOTNET_ROOT.", own);
    return false;
}

static bool is_runtimes(int signal)
{
    return signal == SIGSEGV || signal == SIGFPE || signal == SIGILL || signal == SIGBUS || signal == SIGTRAP || signal >= SIGRTMIN;
}

/* Descriptors that the runtime opened must not leak into the children that the server forks. */
static void close_on_exec(void)
{
    DIR *open = opendir("/proc/self/fd");
    if (!open)
        return;
    for (struct dirent *entry; (entry = readdir(open));) {
        int fd = atoi(entry->d_name), flags;
        char target[64];
        char link[300];
        snprintf(link, sizeof link, "/proc/self/fd/%s", entry->d_name);
        ssize_t length = fd > 2 ? readlink(link, target, sizeof target - 1) : -1;
        if (length < 0)
            continue;
        target[length] = 0;
        bool runtimes = !strncmp(target, "/memfd:doublemapper", 19) || strstr(target, "clr-debug-pipe") || strstr(target, "dotnet-diagnostic");
        if (runtimes && (flags = fcntl(fd, F_GETFD)) >= 0)
            fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    }
    closedir(open);
}

static bool boot(void)
{
    Dl_info self;
    char folder[PATH_MAX], own[PATH_MAX], config[PATH_MAX], assembly[PATH_MAX], root[PATH_MAX], hostfxr[PATH_MAX];
    if (!dladdr((void *)boot, &self) || !realpath(self.dli_fname, folder)) {
        fail("The library cannot find its own place.");
        return false;
    }
    *strrchr(folder, '/') = 0;
    if (snprintf(own, sizeof own, "%s/xen-cim/dotnet", folder) >= (int)sizeof own
        || snprintf(config, sizeof config, "%s/xen-cim/Xen.Cim.Cmpi.runtimeconfig.json", folder) >= (int)sizeof config
        || snprintf(assembly, sizeof assembly, "%s/xen-cim/Xen.Cim.Cmpi.dll", folder) >= (int)sizeof assembly) {
        fail("The path of the library is too long: %s", folder);
        return false;
    }
    if (access(assembly, R_OK) || access(config, R_OK)) {
        fail("The provider's assemblies are missing: %s and its runtimeconfig.json must lie beside the library.", assembly);
        return false;
    }
    if (!find_dotnet(own, root, hostfxr))
        return false;
    void *library = dlopen(hostfxr, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fail("%s cannot be loaded: %s", hostfxr, dlerror());
        return false;
    }
    initialize_fn initialize = (initialize_fn)dlsym(library, "hostfxr_initialize_for_runtime_config");
    get_delegate_fn get_delegate = (get_delegate_fn)dlsym(library, "hostfxr_get_runtime_delegate");
    close_fn close_handle = (close_fn)dlsym(library, "hostfxr_close");
    set_error_writer_fn set_error_writer = (set_error_writer_fn)dlsym(library, "hostfxr_set_error_writer");
    if (!initialize || !get_delegate || !close_handle) {
        fail("%s is not a hostfxr that can host this.", hostfxr);
        return false;
    }
    if (set_error_writer)
        set_error_writer(hostfxr_says);

    struct sigaction before[NSIG];
    for (int s = 1; s < NSIG; s++)
        sigaction(s, NULL, &before[s]);

    struct initialize_parameters parameters = { sizeof parameters, assembly, root };
    void *handle = NULL, *load = NULL, *function = NULL;
    int rc = initialize(config, &parameters, &handle);
    const char *step = "start";
    if (rc >= 0) { /* 1 and 2: .NET runs in this process already */
        step = "open up";
        rc = get_delegate(handle, LOAD_ASSEMBLY_AND_GET_FUNCTION_POINTER, &load);
    }
    if (rc >= 0) {
        step = "load the provider";
        rc = ((load_fn)load)(assembly, "Xen.Cim.Cmpi.EntryPoint, Xen.Cim.Cmpi", "Create", UNMANAGED_CALLERS_ONLY, NULL, &function);
    }
    if (handle)
        close_handle(handle);
    if (set_error_writer)
        set_error_writer(NULL);

    for (int s = 1; s < NSIG; s++) {
        struct sigaction now;
        if (!is_runtimes(s) && !sigaction(s, NULL, &now)
            && (now.sa_handler != before[s].sa_handler || now.sa_flags != before[s].sa_flags))
            sigaction(s, &before[s], NULL);
    }
    close_on_exec();

    if (rc < 0 || !function) {
        char said[sizeof message];
        snprintf(said, sizeof said, "%s", message);
        *message = 0;
        fail(".NET in %s could not %s (0x%08x).%s", root, step, (unsigned)rc, said);
        return false;
    }
    *message = 0;
    create = (create_fn)function;
    return true;
}

static CMPIMI *make(int kind, const CMPIBroker *broker, const CMPIContext *context, const char *name, CMPIStatus *status)
{
    CMPIStatus ignored;
    if (!status)
        status = &ignored;
    *status = (CMPIStatus){ CMPI_RC_OK, NULL };
    pthread_mutex_lock(&lock);
    *message = 0;
    bool ready = create || boot();
    if (!ready) {
        syslog(LOG_DAEMON | LOG_ERR, "Xen.Cim: %s", message);
        status->rc = CMPI_RC_ERR_FAILED;
        if (broker && broker->eft)
            status->msg = broker->eft->newString(broker, message, NULL);
    }
    pthread_mutex_unlock(&lock);
    return ready ? create(kind, broker, context, name, status) : NULL;
}

#define FACTORY(name, kind) \
    EXPORT CMPIMI *_Generic_Create_##name##MI(const CMPIBroker *b, const CMPIContext *c, const char *n, CMPIStatus *s) \
    { return make(kind, b, c, n, s); }

FACTORY(Instance, INSTANCE)
FACTORY(Association, ASSOCIATION)
FACTORY(Method, METHOD)
FACTORY(Property, PROPERTY)
FACTORY(Indication, INDICATION)
