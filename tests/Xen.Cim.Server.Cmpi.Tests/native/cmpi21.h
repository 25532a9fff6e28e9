/* The CMPI 2.1 binary interface as a provider sees it, written for the tests from the published standard. */
#ifndef CMPI21_H
#define CMPI21_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

typedef struct Broker Broker;
typedef struct Context Context;
typedef struct Result Result;
typedef struct Error Error;
typedef struct Instance Instance;
typedef struct Path Path;
typedef struct Args Args;
typedef struct String String;
typedef struct Array Array;
typedef struct Enumeration Enumeration;
typedef struct DateTime DateTime;
typedef struct SelectExp SelectExp;
typedef struct SelectCond SelectCond;
typedef struct SubCond SubCond;
typedef struct Predicate Predicate;
typedef struct PropertyList PropertyList;
typedef struct EnumerationFilter EnumerationFilter;

typedef uint16_t Type;
enum {
    T_null = 0, T_boolean = 2, T_char16 = 3, T_real32 = 8, T_real64 = 12,
    T_uint8 = 0x80, T_uint16 = 0x90, T_uint32 = 0xa0, T_uint64 = 0xb0,
    T_sint8 = 0xc0, T_sint16 = 0xd0, T_sint32 = 0xe0, T_sint64 = 0xf0,
    T_instance = 0x1000, T_ref = 0x1100, T_string = 0x1600, T_chars = 0x1700, T_dateTime = 0x1800, T_charsptr = 0x1a00,
    T_ARRAY = 0x2000,
};
enum { S_good = 0, S_null = 0x100, S_key = 0x200, S_bad = 0x8000 };
enum {
    RC_OK = 0, RC_FAILED = 1, RC_INVALID_PARAMETER = 4, RC_NOT_FOUND = 6, RC_NOT_SUPPORTED = 7, RC_ALREADY_EXISTS = 11,
    RC_NO_SUCH_PROPERTY = 12, RC_TYPE_MISMATCH = 13, RC_QUERY_LANGUAGE_NOT_SUPPORTED = 14,
    RC_INVALID_QUERY = 15, RC_METHOD_NOT_FOUND = 17, RC_NO_MORE_ELEMENTS = 18, RC_INVALID_HANDLE = 60, RC_INVALID_TYPE = 61,
    RC_NOT_IN_CODEPAGE = 62,
};

typedef union Value {
    uint64_t uint64; uint32_t uint32; uint16_t uint16; uint8_t uint8;
    int64_t sint64; int32_t sint32; int16_t sint16; int8_t sint8;
    double real64; float real32; uint8_t boolean; uint16_t char16;
    Instance *inst; Path *ref; Array *array; String *string; char *chars; DateTime *dateTime;
    struct { void *ptr; unsigned length; } block;
} Value;
typedef struct { Type type; uint16_t state; Value value; } Data;
typedef struct { int rc; String *msg; } Status;
typedef Data Accessor(const char *name, void *parameter);

/* Every table of an encapsulated object begins so. */
#define HEAD(T) int ftVersion; Status (*release)(T *); T *(*clone)(const T *, Status *)

typedef struct { HEAD(String); char *(*getCharPtr)(const String *, Status *); char *(*newCharsCP)(const String *, int, Status *); } StringFT;
typedef struct {
    HEAD(Array);
    unsigned (*getSize)(const Array *, Status *);
    Type (*getSimpleType)(const Array *, Status *);
    Data (*getElementAt)(const Array *, unsigned, Status *);
    Status (*setElementAt)(Array *, unsigned, const Value *, Type);
} ArrayFT;
typedef struct {
    HEAD(Enumeration);
    Data (*getNext)(const Enumeration *, Status *);
    uint8_t (*hasNext)(const Enumeration *, Status *);
    Array *(*toArray)(const Enumeration *, Status *);
} EnumerationFT;
typedef struct {
    HEAD(DateTime);
    uint64_t (*getBinaryFormat)(const DateTime *, Status *);
    String *(*getStringFormat)(const DateTime *, Status *);
    uint8_t (*isInterval)(const DateTime *, Status *);
} DateTimeFT;
typedef struct {
    HEAD(Path);
    Status (*setNameSpace)(Path *, const char *);
    String *(*getNameSpace)(const Path *, Status *);
    Status (*setHostname)(Path *, const char *);
    String *(*getHostname)(const Path *, Status *);
    Status (*setClassName)(Path *, const char *);
    String *(*getClassName)(const Path *, Status *);
    Status (*addKey)(Path *, const char *, const Value *, Type);
    Data (*getKey)(const Path *, const char *, Status *);
    Data (*getKeyAt)(const Path *, unsigned, String **, Status *);
    unsigned (*getKeyCount)(const Path *, Status *);
    Status (*setNameSpaceFrom)(Path *, const Path *);
    Status (*setHostAndNameSpaceFrom)(Path *, const Path *);
    Data (*getClassQualifier)(const Path *, const char *, Status *);
    Data (*getPropertyQualifier)(const Path *, const char *, const char *, Status *);
    Data (*getMethodQualifier)(const Path *, const char *, const char *, Status *);
    Data (*getParameterQualifier)(const Path *, const char *, const char *, const char *, Status *);
    String *(*toString)(const Path *, Status *);
} PathFT;
typedef struct {
    HEAD(Instance);
    Data (*getProperty)(const Instance *, const char *, Status *);
    Data (*getPropertyAt)(const Instance *, unsigned, String **, Status *);
    unsigned (*getPropertyCount)(const Instance *, Status *);
    Status (*setProperty)(const Instance *, const char *, const Value *, Type);
    Path *(*getObjectPath)(const Instance *, Status *);
    Status (*setPropertyFilter)(Instance *, const char **, const char **);
    Status (*setObjectPath)(Instance *, const Path *);
    Status (*setPropertyWithOrigin)(const Instance *, const char *, const Value *, Type, const char *);
} InstanceFT;
typedef struct {
    HEAD(Args);
    Status (*addArg)(const Args *, const char *, const Value *, Type);
    Data (*getArg)(const Args *, const char *, Status *);
    Data (*getArgAt)(const Args *, unsigned, String **, Status *);
    unsigned (*getArgCount)(const Args *, Status *);
} ArgsFT;
typedef struct {
    HEAD(Context);
    Data (*getEntry)(const Context *, const char *, Status *);
    Data (*getEntryAt)(const Context *, unsigned, String **, Status *);
    unsigned (*getEntryCount)(const Context *, Status *);
    Status (*addEntry)(const Context *, const char *, const Value *, Type);
} ContextFT;
typedef struct {
    HEAD(Result);
    Status (*returnData)(const Result *, const Value *, Type);
    Status (*returnInstance)(const Result *, const Instance *);
    Status (*returnObjectPath)(const Result *, const Path *);
    Status (*returnDone)(const Result *);
    Status (*returnError)(const Result *, const Error *);
} ResultFT;
typedef struct {
    HEAD(Error);
    int (*getErrorType)(const Error *, Status *);
    String *(*getOtherErrorType)(const Error *, Status *);
    String *(*getOwningEntity)(const Error *, Status *);
    String *(*getMessageID)(const Error *, Status *);
    String *(*getMessage)(const Error *, Status *);
    int (*getPerceivedSeverity)(const Error *, Status *);
    int (*getProbableCause)(const Error *, Status *);
    String *(*getProbableCauseDescription)(const Error *, Status *);
    Array *(*getRecommendedActions)(const Error *, Status *);
    String *(*getErrorSource)(const Error *, Status *);
    int (*getErrorSourceFormat)(const Error *, Status *);
    String *(*getOtherErrorSourceFormat)(const Error *, Status *);
    int (*getStatusCode)(const Error *, Status *);
    String *(*getStatusCodeDescription)(const Error *, Status *);
    Array *(*getMessageArguments)(const Error *, Status *);
    Status (*setErrorType)(Error *, int);
    Status (*setOtherErrorType)(Error *, const char *);
    Status (*setProbableCauseDescription)(Error *, const char *);
    Status (*setRecommendedActions)(Error *, const Array *);
    Status (*setErrorSource)(Error *, const char *);
    Status (*setErrorSourceFormat)(Error *, int);
    Status (*setOtherErrorSourceFormat)(Error *, const char *);
    Status (*setStatusCodeDescription)(Error *, const char *);
    Status (*setMessageArguments)(Error *, Array *);
} ErrorFT;
typedef struct {
    HEAD(SelectExp);
    uint8_t (*evaluate)(const SelectExp *, const Instance *, Status *);
    String *(*getString)(const SelectExp *, Status *);
    SelectCond *(*getDOC)(const SelectExp *, Status *);
    SelectCond *(*getCOD)(const SelectExp *, Status *);
    uint8_t (*evaluateUsingAccessor)(const SelectExp *, Accessor *, void *, Status *);
} SelectExpFT;
typedef struct {
    HEAD(SelectCond);
    unsigned (*getCountAndType)(const SelectCond *, int *, Status *);
    SubCond *(*getSubCondAt)(const SelectCond *, unsigned, Status *);
} SelectCondFT;
typedef struct {
    HEAD(SubCond);
    unsigned (*getCount)(const SubCond *, Status *);
    Predicate *(*getPredicateAt)(const SubCond *, unsigned, Status *);
    Predicate *(*getPredicate)(const SubCond *, const char *, Status *);
} SubCondFT;
typedef struct {
    HEAD(Predicate);
    Status (*getData)(const Predicate *, Type *, int *, String **, String **);
    uint8_t (*evaluateUsingAccessor)(const Predicate *, Accessor *, void *, Status *);
} PredicateFT;

typedef struct {
    HEAD(PropertyList);
    uint8_t (*isPropertyInList)(const PropertyList *, const char *, Status *);
    const char **(*getProperties)(const PropertyList *, Status *);
} PropertyListFT;
typedef struct { HEAD(EnumerationFilter); uint8_t (*match)(const EnumerationFilter *, const Instance *, Status *); } EnumerationFilterFT;

#define OBJECT(T) struct T { void *hdl; T##FT *ft; }
OBJECT(String); OBJECT(Array); OBJECT(Enumeration); OBJECT(DateTime); OBJECT(Path); OBJECT(Instance); OBJECT(Args);
OBJECT(Context); OBJECT(Result); OBJECT(Error); OBJECT(SelectExp); OBJECT(SelectCond); OBJECT(SubCond); OBJECT(Predicate);
OBJECT(PropertyList); OBJECT(EnumerationFilter);

typedef struct {
    unsigned capabilities, version;
    const char *name;
    Context *(*prepareAttachThread)(const Broker *, const Context *);
    Status (*attachThread)(const Broker *, const Context *);
    Status (*detachThread)(const Broker *, const Context *);
    Status (*deliverIndication)(const Broker *, const Context *, const char *, const Instance *);
    Enumeration *(*enumerateInstanceNames)(const Broker *, const Context *, const Path *, Status *);
    Instance *(*getInstance)(const Broker *, const Context *, const Path *, const char **, Status *);
    Path *(*createInstance)(const Broker *, const Context *, const Path *, const Instance *, Status *);
    Status (*modifyInstance)(const Broker *, const Context *, const Path *, const Instance *, const char **);
    Status (*deleteInstance)(const Broker *, const Context *, const Path *);
    Enumeration *(*execQuery)(const Broker *, const Context *, const Path *, const char *, const char *, Status *);
    Enumeration *(*enumerateInstances)(const Broker *, const Context *, const Path *, const char **, Status *);
    Enumeration *(*associators)(const Broker *, const Context *, const Path *, const char *, const char *, const char *, const char *, const char **, Status *);
    Enumeration *(*associatorNames)(const Broker *, const Context *, const Path *, const char *, const char *, const char *, const char *, Status *);
    Enumeration *(*references)(const Broker *, const Context *, const Path *, const char *, const char *, const char **, Status *);
    Enumeration *(*referenceNames)(const Broker *, const Context *, const Path *, const char *, const char *, Status *);
    Data (*invokeMethod)(const Broker *, const Context *, const Path *, const char *, const Args *, Args *, Status *);
    Status (*setProperty)(const Broker *, const Context *, const Path *, const char *, const Value *, Type);
    Data (*getProperty)(const Broker *, const Context *, const Path *, const char *, Status *);
    Enumeration *(*enumerateInstancesFiltered)(const Broker *, const Context *, const Path *, const char **, const char *, const char *, Status *);
    Enumeration *(*associatorsFiltered)(const Broker *, const Context *, const Path *, const char *, const char *, const char *, const char *, const char **, const char *, const char *, Status *);
    Enumeration *(*referencesFiltered)(const Broker *, const Context *, const Path *, const char *, const char *, const char **, const char *, const char *, Status *);
} BrokerFT;
typedef struct {
    int ftVersion;
    Instance *(*newInstance)(const Broker *, const Path *, Status *);
    Path *(*newObjectPath)(const Broker *, const char *, const char *, Status *);
    Args *(*newArgs)(const Broker *, Status *);
    String *(*newString)(const Broker *, const char *, Status *);
    Array *(*newArray)(const Broker *, unsigned, Type, Status *);
    DateTime *(*newDateTime)(const Broker *, Status *);
    DateTime *(*newDateTimeFromBinary)(const Broker *, uint64_t, uint8_t, Status *);
    DateTime *(*newDateTimeFromChars)(const Broker *, const char *, Status *);
    SelectExp *(*newSelectExp)(const Broker *, const char *, const char *, Array **, Status *);
    uint8_t (*classPathIsA)(const Broker *, const Path *, const char *, Status *);
    String *(*toString)(const Broker *, const void *, Status *);
    uint8_t (*isOfType)(const Broker *, const void *, const char *, Status *);
    String *(*getType)(const Broker *, const void *, Status *);
    String *(*getMessage)(const Broker *, const char *, const char *, Status *, unsigned, ...);
    Status (*logMessage)(const Broker *, int, const char *, const char *, const String *);
    Status (*trace)(const Broker *, int, const char *, const char *, const String *);
    Error *(*newError)(const Broker *, const char *, const char *, const char *, int, int, int, Status *);
    Status (*openMessageFile)(const Broker *, const char *, void **);
    Status (*closeMessageFile)(const Broker *, void *);
    String *(*getMessage2)(const Broker *, const char *, void *, const char *, Status *, unsigned, ...);
    PropertyList *(*newPropertyList)(const Broker *, const char **, Status *);
    String *(*newStringCP)(const Broker *, const char *, int, Status *);
    EnumerationFilter *(*newEnumerationFilter)(const Broker *, const char *, const char *, Status *);
} EncapsulationFT;
typedef struct {
    int ftVersion;
    char *(*resolveFileName)(const char *);
    void *(*newThread)(void *(*)(void *), void *, int);
    int (*joinThread)(void *, void **);
    int (*exitThread)(void *);
    int (*cancelThread)(void *);
    int (*threadSleep)(uint32_t);
    int (*threadOnce)(int *, void (*)(void));
    int (*createThreadKey)(pthread_key_t *, void (*)(void *));
    int (*destroyThreadKey)(pthread_key_t);
    void *(*getThreadSpecific)(pthread_key_t);
    int (*setThreadSpecific)(pthread_key_t, void *);
    void *(*newMutex)(int);
    void (*destroyMutex)(void *);
    void (*lockMutex)(void *);
    void (*unlockMutex)(void *);
    void *(*newCondition)(int);
    void (*destroyCondition)(void *);
    int (*condWait)(void *, void *);
    int (*timedCondWait)(void *, void *, struct timespec *);
    int (*signalCondition)(void *);
    int (*destroyMutex2)(void *);
    int (*lockMutex2)(void *);
    int (*unlockMutex2)(void *);
    int (*destroyCondition2)(void *);
} ExtensionFT;
typedef struct {
    int ftVersion;
    void *(*mark)(const Broker *, Status *);
    Status (*release)(const Broker *, const void *);
    void *(*malloc)(const Broker *, size_t);
    void *(*calloc)(const Broker *, size_t, size_t);
    void *(*realloc)(const Broker *, void *, size_t);
    char *(*strdup)(const Broker *, const char *);
    void (*free)(const Broker *, void *);
    void (*freeInstance)(const Broker *, Instance *);
    void (*freePath)(const Broker *, Path *);
    void (*freeArgs)(const Broker *, Args *);
    void (*freeString)(const Broker *, String *);
    void (*freeArray)(const Broker *, Array *);
    void (*freeDateTime)(const Broker *, DateTime *);
    void (*freeSelectExp)(const Broker *, SelectExp *);
    void (*freeChars)(const Broker *, char *);
} MemoryFT;
struct Broker { void *hdl; BrokerFT *bft; EncapsulationFT *eft; ExtensionFT *xft; MemoryFT *mft; };

#define MI_HEAD(T) int ftVersion, miVersion; const char *miName; Status (*cleanup)(T *, const Context *, uint8_t)
#define CALL(T) T *, const Context *, const Result *, const Path *

typedef struct InstanceMI { void *hdl; struct InstanceMIFT *ft; } InstanceMI;
struct InstanceMIFT {
    MI_HEAD(InstanceMI);
    Status (*enumerateInstanceNames)(CALL(InstanceMI));
    Status (*enumerateInstances)(CALL(InstanceMI), const char **);
    Status (*getInstance)(CALL(InstanceMI), const char **);
    Status (*createInstance)(CALL(InstanceMI), const Instance *);
    Status (*modifyInstance)(CALL(InstanceMI), const Instance *, const char **);
    Status (*deleteInstance)(CALL(InstanceMI));
    Status (*execQuery)(CALL(InstanceMI), const char *, const char *);
};
typedef struct AssociationMI { void *hdl; struct AssociationMIFT *ft; } AssociationMI;
struct AssociationMIFT {
    MI_HEAD(AssociationMI);
    Status (*associators)(CALL(AssociationMI), const char *, const char *, const char *, const char *, const char **);
    Status (*associatorNames)(CALL(AssociationMI), const char *, const char *, const char *, const char *);
    Status (*references)(CALL(AssociationMI), const char *, const char *, const char **);
    Status (*referenceNames)(CALL(AssociationMI), const char *, const char *);
};
typedef struct MethodMI { void *hdl; struct MethodMIFT *ft; } MethodMI;
struct MethodMIFT {
    MI_HEAD(MethodMI);
    Status (*invokeMethod)(CALL(MethodMI), const char *, const Args *, Args *);
};
typedef struct IndicationMI { void *hdl; struct IndicationMIFT *ft; } IndicationMI;
struct IndicationMIFT {
    MI_HEAD(IndicationMI);
    Status (*authorizeFilter)(IndicationMI *, const Context *, const SelectExp *, const char *, const Path *, const char *);
    Status (*mustPoll)(IndicationMI *, const Context *, const SelectExp *, const char *, const Path *);
    Status (*activateFilter)(IndicationMI *, const Context *, const SelectExp *, const char *, const Path *, uint8_t);
    Status (*deActivateFilter)(IndicationMI *, const Context *, const SelectExp *, const char *, const Path *, uint8_t);
    Status (*enableIndications)(IndicationMI *, const Context *);
    Status (*disableIndications)(IndicationMI *, const Context *);
};

#endif
