/*
 * The part of the CMPI 2.0 binary interface (The Open Group, C061) that a provider library's factory functions touch.
 * Everything else of the interface is spoken by the managed half.
 */
#ifndef XENCIM_CMPI_H
#define XENCIM_CMPI_H

#include <stdint.h>

typedef struct CMPIString CMPIString;
typedef struct CMPIContext CMPIContext;
typedef struct CMPIBroker CMPIBroker;

enum { CMPI_RC_OK = 0, CMPI_RC_ERR_FAILED = 1 };

typedef struct {
    int rc;
    CMPIString *msg;
} CMPIStatus;

/* The broker's encapsulated type services, down to the one that makes a string. */
typedef struct {
    int version;
    void *newInstance, *newObjectPath, *newArgs;
    CMPIString *(*newString)(const CMPIBroker *, const char *, CMPIStatus *);
} CMPIBrokerEncFT;

struct CMPIBroker {
    void *hdl;
    void *bft;
    CMPIBrokerEncFT *eft;
    void *xft;
    void *mft;
};

/* A provider as the server holds it, and the table of its functions: each answers with a status and takes the provider first. */
typedef struct CMPIMI CMPIMI;
typedef CMPIStatus CMPIFunction(CMPIMI *);
typedef struct {
    int version, miVersion;
    const char *name;
    CMPIFunction *functions[]; /* the first is cleanup */
} CMPIMIFT;
struct CMPIMI {
    const CMPIBroker *hdl;
    CMPIMIFT *ft;
};

#endif
