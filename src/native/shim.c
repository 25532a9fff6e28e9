/*
 * libXenCim.so: what a CIM server loads. It boots .NET once, by way of hostfxr, and hands the factory calls over to
 * Xen.Cim.Cmpi.dll. Beside the library lie, in xen-cim/, the assemblies and perhaps a runtime of their own (dotnet/).
 *
 * The process belongs to the CIM server, so the boot happens on a thread of its own, where a server's small stack does
 * not matter and which lets no signal through that is meant for the server, and afterwards the signal handlers are as
 * they were, and so is the limit of open files, which the runtime raises. The runtime keeps only what it cannot work
 * without: SIGSEGV, SIGBUS and SIGFPE, by which it learns of faults in managed code (all others it passes on to the
 * handler that was there before), and the real-time signals, by which it stops threads to collect garbage. It can never
 * be unloaded; the library is linked so (-z nodelete).
 *
 * A process that the server forks off has the runtime's memory but none of its threads. There, every function of ours
 * answers that it does not work.
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
#include <sys/resource.h>
#include <syslog.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE "x64"
#elif defined(__aarch64__)
#define ARCHITECTURE "arm64"
#else
#error ".NET 10 and Xen meet on x86-64 and arm64"
#endif

/* hostfxr and its delegate, as .NET documents them for native hosts (hostfxr.h, coreclr_delegates.h). */
typedef int initialize_fn(const char *config, const void *parameters, void **handle);
typedef int get_delegate_fn(void *handle, int type, void **delegate);
typedef int close_fn(void *handle);
typedef void error_writer_fn(const char *line);
typedef error_writer_fn *set_error_writer_fn(error_writer_fn *);
typedef int load_fn(const char *assembly, const char *type, const char *method, const char *delegate_type, void *reserved, void **function);
struct initialize_parameters { size_t size; const char *host_path; const char *dotnet_root; };
enum { LOAD_ASSEMBLY_AND_GET_FUNCTION_POINTER = 5 };
#define UNMANAGED_CALLERS_ONLY ((const char *)-1)

/* The managed entry: makes one provider of a kind, or fills in the status. */
typedef CMPIMI *create_fn(int kind, const CMPIBroker *, const CMPIContext *, const char *name, CMPIStatus *);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards all that follows */
static create_fn *create;
static bool booting;       /* a boot has begun and not ended */
static bool running;       /* a runtime was started or found, be it that it then failed us: there is no second try in a process */
static bool forked;        /* this process is a fork of one in which a runtime ran */
static char message[2048]; /* why the boot failed */

/* The kinds of providers: how many functions each has, and its table once it was made. */
enum { KINDS = 5 };
static const int function_counts[KINDS] = { 8, 5, 2, 4, 7 };
static CMPIMIFT *tables[KINDS];

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    size_t used = strlen(message);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message + used, sizeof message - used, format, arguments);
    va_end(arguments);
}

/* hostfxr's text, several lines of it, becomes one line of a log. */
static void hostfxr_says(const char *text)
{
    for (size_t length; *text; text += length + (text[length] != 0)) {
        length = strcspn(text, "\r\n");
        if (length)
            say(" %.*s", (int)length, text);
    }
}

/* What the runtime needs to work; everything else is the server's. */
static bool is_runtimes(int signal)
{
    return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal >= SIGRTMIN;
}

static void give_signals_back(const struct sigaction before[])
{
    for (int s = 1; s < NSIG; s++) {
        struct sigaction now;
        if (!is_runtimes(s) && !sigaction(s, NULL, &now) && (now.sa_handler != before[s].sa_handler || now.sa_flags != before[s].sa_flags))
            sigaction(s, &before[s], NULL);
    }
}

extern char **environ;

/*
 * For debuggers CoreCLR opens sockets and pipes in /tmp, which stay there when the process is killed. That can be turned
 * off only in the environment, of which CoreCLR takes a copy when it boots. What other threads may be reading is not
 * written to: for the time of the boot a copy with one variable more takes the place of the server's environment. It is
 * never freed, because somebody may have begun to read it, but serves again when a boot that failed is tried again.
 */
static char **environment_for_boot(void)
{
    static struct copy { struct copy *before; size_t count; char *variables[]; } *last;
    static char setting[] = "DOTNET_EnableDiagnostics=0";
    size_t count = 0;
    while (environ && environ[count])
        count++;
    if (getenv("DOTNET_EnableDiagnostics"))
        return environ;
    if (last && last->count == count && (!count || !memcmp(last->variables, environ, count * sizeof *environ)))
        return last->variables;
    struct copy *copy = malloc(sizeof *copy + (count + 2) * sizeof *environ);
    if (!copy)
        return environ;
    *copy = (struct copy){ last, count };
    if (count)
        memcpy(copy->variables, environ, count * sizeof *environ);
    copy->variables[count] = setting;
    copy->variables[count + 1] = NULL;
    return (last = copy)->variables;
}

static void give_environment_back(char **before, char **during)
{
    if (environ == during)
        environ = before;
    else /* somebody set a variable meanwhile, which made another copy */
        unsetenv("DOTNET_EnableDiagnostics");
}

/* Starts the runtime that lies in root. */
static create_fn *start(const char *root, const char *hostfxr, const char *config, const char *assembly)
{
    void *library = dlopen(hostfxr, RTLD_NOW | RTLD_LOCAL), *handle = NULL, *load = NULL, *function = NULL;
    if (!library) {
        say(" %s", dlerror());
        return NULL;
    }
    initialize_fn *initialize = (initialize_fn *)dlsym(library, "hostfxr_initialize_for_runtime_config");
    get_delegate_fn *get_delegate = (get_delegate_fn *)dlsym(library, "hostfxr_get_runtime_delegate");
    close_fn *close_handle = (close_fn *)dlsym(library, "hostfxr_close");
    set_error_writer_fn *set_error_writer = (set_error_writer_fn *)dlsym(library, "hostfxr_set_error_writer");
    if (!initialize || !get_delegate || !close_handle || !set_error_writer) {
        say(" %s is too old.", hostfxr);
        return NULL;
    }

    struct sigaction before[NSIG];
    for (int s = 1; s < NSIG; s++)
        sigaction(s, NULL, &before[s]);
    struct rlimit files;
    bool files_known = !getrlimit(RLIMIT_NOFILE, &files);
    char **servers = environ, **ours = environment_for_boot();
    environ = ours;
    set_error_writer(hostfxr_says);

    struct initialize_parameters parameters = { sizeof parameters, assembly, root };
    int initialized = initialize(config, &parameters, &handle), rc = initialized;
    running = rc >= 0;
    if (rc >= 0)
        rc = get_delegate(handle, LOAD_ASSEMBLY_AND_GET_FUNCTION_POINTER, &load); /* this is what starts it */
    bool started = rc >= 0;
    if (started)
        rc = ((load_fn *)load)(assembly, "Xen.Cim.Cmpi.EntryPoint, Xen.Cim.Cmpi", "Create", UNMANAGED_CALLERS_ONLY, NULL, &function);
    if (handle)
        close_handle(handle);

    set_error_writer(NULL);
    if (ours != servers)
        give_environment_back(servers, ours);
    if (files_known)
        setrlimit(RLIMIT_NOFILE, &files);
    /* Above zero .NET was running here before: the handlers are its own, and it is not ours to change them. */
    if (initialized <= 0)
        give_signals_back(before);
    if (rc < 0)
        say(" %s (code 0x%08x).", started ? ".NET started, but could not load the provider's assembly" : ".NET did not start", (unsigned)rc);
    return rc >= 0 ? (create_fn *)function : NULL;
}

/* The newest ROOT/host/fxr/VERSION/libhostfxr.so. */
static bool find_hostfxr(const char *root, char path[PATH_MAX])
{
    char newest[NAME_MAX + 1] = "";
    snprintf(path, PATH_MAX, "%s/host/fxr", root);
    DIR *versions = opendir(path);
    for (struct dirent *entry; versions && (entry = readdir(versions));)
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && strverscmp(entry->d_name, newest) > 0)
            strcpy(newest, entry->d_name);
    if (versions)
        closedir(versions);
    return *newest && snprintf(path, PATH_MAX, "%s/host/fxr/%s/libhostfxr.so", root, newest) < PATH_MAX && !access(path, R_OK);
}

/* Tries a place where .NET may be; true ends the search. */
static bool try(const char *root, const char *config, const char *assembly)
{
    char hostfxr[PATH_MAX];
    if (*root && find_hostfxr(root, hostfxr) && !strstr(message, hostfxr)) {
        say(" %s:", hostfxr);
        create = start(root, hostfxr, config, assembly);
    }
    return running;
}

static bool try_installed(const char *file, const char *config, const char *assembly)
{
    char root[PATH_MAX] = "";
    FILE *location = fopen(file, "re");
    if (location && fgets(root, sizeof root, location))
        root[strcspn(root, "\r\n")] = 0;
    if (location)
        fclose(location);
    return try(root, config, assembly);
}

/* Where a "dotnet" command leads to. */
static bool try_path(const char *config, const char *assembly)
{
    const char *path = getenv("PATH");
    for (size_t length; path && *path; path += length + (path[length] == ':')) {
        char command[PATH_MAX], root[PATH_MAX];
        length = strcspn(path, ":");
        if (length && snprintf(command, sizeof command, "%.*s/dotnet", (int)length, path) < PATH_MAX && realpath(command, root)) {
            *strrchr(root, '/') = 0;
            if (try(root, config, assembly))
                return true;
        }
    }
    return false;
}

static void *boot(void *unused)
{
    Dl_info self;
    char folder[PATH_MAX], own[PATH_MAX + 64], config[PATH_MAX + 64], assembly[PATH_MAX + 64];
    const char *named = getenv("DOTNET_ROOT");
    *message = 0;
    if (!dladdr((void *)boot, &self) || !realpath(self.dli_fname, folder)) {
        say("The library cannot find its own place.");
        return unused;
    }
    *strrchr(folder, '/') = 0;
    snprintf(own, sizeof own, "%s/xen-cim/dotnet", folder);
    snprintf(config, sizeof config, "%s/xen-cim/Xen.Cim.Cmpi.runtimeconfig.json", folder);
    snprintf(assembly, sizeof assembly, "%s/xen-cim/Xen.Cim.Cmpi.dll", folder);
    if (access(assembly, R_OK) || access(config, R_OK)) {
        say("%s or its runtimeconfig.json is missing or cannot be read.", assembly);
        return unused;
    }
    say("The provider cannot be started on .NET.");
    if (try(own, config, assembly))
        return unused;
    if (named && *named) { /* who names a runtime means that one */
        if (!try(named, config, assembly))
            say(" DOTNET_ROOT names %s.", named);
        return unused;
    }
    if (!try_installed("/etc/dotnet/install_location_" ARCHITECTURE, config, assembly)
        && !try_installed("/etc/dotnet/install_location", config, assembly) && !try("/usr/lib/dotnet", config, assembly)
        && !try("/usr/share/dotnet", config, assembly) && !try("/usr/lib64/dotnet", config, assembly) && !try_path(config, assembly))
        say(" Looked for it in %s, DOTNET_ROOT, /etc/dotnet/install_location, /usr/lib/dotnet, /usr/share/dotnet, /usr/lib64/dotnet and PATH.", own);
    return unused;
}

/* Boots on a thread with a stack of a usual size and with all signals of the server blocked; the runtime's own threads inherit that. */
static void boot_apart(void)
{
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t servers, before;
    sigfillset(&servers);
    for (int s = 1; s < NSIG; s++)
        if (is_runtimes(s) || s == SIGILL || s == SIGTRAP || s == SIGABRT)
            sigdelset(&servers, s);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1024 * 1024);
    pthread_sigmask(SIG_BLOCK, &servers, &before);
    int error = pthread_create(&thread, &attributes, boot, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (error)
        snprintf(message, sizeof message, "No thread to start .NET on: %s", strerror(error));
    else
        pthread_join(thread, NULL);
}

static CMPIString *text(const CMPIBroker *broker, const char *chars)
{
    return broker && broker->eft && broker->eft->newString ? broker->eft->newString(broker, chars, NULL) : NULL;
}

static CMPIStatus not_here(const CMPIBroker *broker)
{
    return (CMPIStatus){ CMPI_RC_ERR_FAILED, text(broker, "The provider runs in the process that loaded it and not in a process forked from that one; .NET does not survive a fork.") };
}

static CMPIStatus not_in_fork(CMPIMI *mi)
{
    return not_here(mi->hdl);
}

static CMPIStatus nothing_to_clean(CMPIMI *mi)
{
    (void)mi;
    return (CMPIStatus){ CMPI_RC_OK, NULL };
}

/* In a forked process, before fork returns: its copies of the tables no longer lead to the runtime, parts of which are not even mapped. */
static void in_fork(void)
{
    pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
    lock = fresh; /* whoever held it is not here */
    forked = forked || booting || running;
    for (int kind = 0; kind < KINDS; kind++)
        for (int i = 0; tables[kind] && i < function_counts[kind]; i++)
            tables[kind]->functions[i] = i ? not_in_fork : nothing_to_clean;
}

static CMPIMI *make(int kind, const CMPIBroker *broker, const CMPIContext *context, const char *name, CMPIStatus *status)
{
    CMPIStatus ignored;
    static bool watching;
    if (!status)
        status = &ignored;
    *status = (CMPIStatus){ CMPI_RC_OK, NULL };
    pthread_mutex_lock(&lock);
    if (forked) {
        pthread_mutex_unlock(&lock);
        *status = not_here(broker);
        return NULL;
    }
    if (!watching)
        watching = !pthread_atfork(NULL, NULL, in_fork);
    if (!create && !running) {
        booting = true;
        boot_apart();
        booting = false;
    }
    create_fn *ready = create;
    if (!ready) {
        syslog(LOG_DAEMON | LOG_ERR, "Xen.Cim: %s", message);
        *status = (CMPIStatus){ CMPI_RC_ERR_FAILED, text(broker, message) };
    }
    pthread_mutex_unlock(&lock);
    CMPIMI *made = ready ? ready(kind, broker, context, name, status) : NULL;
    if (made)
        __atomic_store_n(&tables[kind], made->ft, __ATOMIC_RELEASE);
    return made;
}

/* The five factories that a CIM server looks for. The numbers are those of the managed entry. */
#define FACTORY(type, kind)                                                                                              \
    __attribute__((visibility("default"))) void *_Generic_Create_##type##MI(const CMPIBroker *broker,                    \
        const CMPIContext *context, const char *name, CMPIStatus *status)                                                \
    {                                                                                                                    \
        return make(kind, broker, context, name, status);                                                                \
    }

FACTORY(Instance, 0)
FACTORY(Association, 1)
FACTORY(Method, 2)
FACTORY(Property, 3)
FACTORY(Indication, 4)
