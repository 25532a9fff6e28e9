/*
 * A provider that calls everything that a broker offers. A method's name says what to exercise; its return value is the
 * empty string, or the first check that failed.
 */
#include "cmpi21.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const Broker *broker;
static int factories;

#define NS "root/test"
#define CLASS "Test_Everything"
#define EFT (broker->eft)
#define CHECK(condition) do { if (!(condition)) return #condition; } while (0)
#define OK(call) CHECK((call).rc == RC_OK)
#define TEXT(s) ((s) ? (s)->ft->getCharPtr((s), NULL) : "(null)")
#define SAME(s, expected) CHECK((s) != NULL && strcmp(TEXT(s), (expected)) == 0)

static Status status(int rc, const char *message)
{
    Status result = { rc, message ? EFT->newString(broker, message, NULL) : NULL };
    return result;
}

static Path *path(unsigned id)
{
    Path *made = EFT->newObjectPath(broker, NS, CLASS, NULL);
    made->ft->addKey(made, "Id", (Value *)&id, T_uint32);
    return made;
}

static Instance *instance(unsigned id)
{
    Path *its = path(id);
    Instance *made = EFT->newInstance(broker, its, NULL);
    return made;
}

static const char *strings(void)
{
    Status rc;
    String *text = EFT->newString(broker, "Gr\303\274\303\237e \342\202\254", &rc);
    CHECK(rc.rc == RC_OK);
    SAME(text, "Gr\303\274\303\237e \342\202\254");
    CHECK(strcmp((char *)text->hdl, TEXT(text)) == 0);
    String *clone = text->ft->clone(text, &rc);
    CHECK(clone != NULL && clone != text);
    OK(text->ft->release(text));
    CHECK(text->ft->release(text).rc == RC_INVALID_HANDLE);
    CHECK(text->ft->getCharPtr(text, &rc) == NULL && rc.rc == RC_INVALID_HANDLE);
    CHECK(*(char *)text->hdl == 0);
    SAME(clone, "Gr\303\274\303\237e \342\202\254");
    OK(clone->ft->release(clone));
    CHECK(EFT->newString(broker, NULL, &rc) == NULL && rc.rc == RC_INVALID_PARAMETER);
    SAME(EFT->newString(broker, "", NULL), "");
    CHECK(text->ft->ftVersion == 210);
    return "";
}

static const char *arrays(void)
{
    Status rc;
    Array *numbers = EFT->newArray(broker, 3, T_uint16, &rc);
    CHECK(numbers != NULL && rc.rc == RC_OK);
    CHECK(numbers->ft->getSize(numbers, NULL) == 3);
    CHECK(numbers->ft->getSimpleType(numbers, NULL) == T_uint16);
    uint16_t small = 65535;
    OK(numbers->ft->setElementAt(numbers, 0, (Value *)&small, T_uint16));
    uint32_t wide = 7;
    CHECK(numbers->ft->setElementAt(numbers, 1, (Value *)&wide, T_uint32).rc == RC_TYPE_MISMATCH);
    CHECK(numbers->ft->setElementAt(numbers, 3, (Value *)&small, T_uint16).rc == RC_NO_SUCH_PROPERTY);
    Data element = numbers->ft->getElementAt(numbers, 0, &rc);
    CHECK(rc.rc == RC_OK && element.type == T_uint16 && element.state == S_good && element.value.uint16 == 65535);
    element = numbers->ft->getElementAt(numbers, 1, NULL);
    CHECK(element.type == T_uint16 && element.state == S_null);
    numbers->ft->getElementAt(numbers, 3, &rc);
    CHECK(rc.rc == RC_NO_SUCH_PROPERTY);

    Array *texts = EFT->newArray(broker, 2, T_chars, &rc);
    CHECK(texts->ft->getSimpleType(texts, NULL) == T_string);
    OK(texts->ft->setElementAt(texts, 0, (Value *)"one", T_chars));
    Value two = { .string = EFT->newString(broker, "two", NULL) };
    OK(texts->ft->setElementAt(texts, 1, &two, T_string));
    Array *clone = texts->ft->clone(texts, NULL);
    OK(texts->ft->release(texts));
    SAME(clone->ft->getElementAt(clone, 1, NULL).value.string, "two");
    OK(clone->ft->release(clone));
    CHECK(EFT->newArray(broker, 4000000000u, T_uint8, &rc) == NULL && rc.rc == RC_INVALID_PARAMETER);
    CHECK(EFT->newArray(broker, 1, 0x1234, &rc) == NULL && rc.rc == RC_INVALID_TYPE);
    /* Whoever clears the handle has none. */
    void *handle = numbers->hdl;
    numbers->hdl = NULL;
    CHECK(numbers->ft->getSize(numbers, &rc) == 0 && rc.rc == RC_INVALID_HANDLE);
    CHECK(numbers->ft->release(numbers).rc == RC_INVALID_HANDLE);
    numbers->hdl = handle;
    OK(numbers->ft->release(numbers));
    Array *untyped = EFT->newArray(broker, 1, T_null, NULL);
    CHECK(untyped != NULL && untyped->ft->setElementAt(untyped, 0, (Value *)&small, T_uint16).rc == RC_TYPE_MISMATCH);
    Array *empty = EFT->newArray(broker, 0, T_string, NULL);
    CHECK(empty->ft->getSize(empty, NULL) == 0);
    return "";
}

static const char *datetimes(void)
{
    Status rc;
    DateTime *point = EFT->newDateTimeFromChars(broker, "20200229120000.500000+060", &rc);
    CHECK(point != NULL && rc.rc == RC_OK);
    CHECK(point->ft->getBinaryFormat(point, NULL) == 1582974000500000ull);
    CHECK(!point->ft->isInterval(point, NULL));
    SAME(point->ft->getStringFormat(point, NULL), "20200229120000.500000+060");
    DateTime *interval = EFT->newDateTimeFromBinary(broker, 90061000001ull, 1, NULL);
    CHECK(interval->ft->isInterval(interval, NULL));
    SAME(interval->ft->getStringFormat(interval, NULL), "00000001010101.000001:000");
    DateTime *unknown = EFT->newDateTimeFromChars(broker, "2020**29120000.******+000", NULL);
    SAME(unknown->ft->getStringFormat(unknown, NULL), "2020**29120000.******+000");
    CHECK(unknown->ft->getBinaryFormat(unknown, NULL) == 1580299200000000ull);
    DateTime *now = EFT->newDateTime(broker, NULL);
    long long difference = (long long)(now->ft->getBinaryFormat(now, NULL) / 1000000) - (long long)time(NULL);
    CHECK(difference > -5 && difference < 5);
    CHECK(EFT->newDateTimeFromChars(broker, "yesterday", &rc) == NULL && rc.rc == RC_INVALID_PARAMETER);
    CHECK(EFT->newDateTimeFromBinary(broker, ~0ull, 0, &rc) == NULL && rc.rc == RC_INVALID_PARAMETER);
    CHECK(EFT->newDateTimeFromBinary(broker, ~0ull, 1, &rc) == NULL && rc.rc == RC_INVALID_PARAMETER);
    DateTime *clone = point->ft->clone(point, NULL);
    OK(point->ft->release(point));
    SAME(clone->ft->getStringFormat(clone, NULL), "20200229120000.500000+060");
    OK(clone->ft->release(clone));
    return "";
}

static const char *paths(void)
{
    Status rc;
    Path *it = EFT->newObjectPath(broker, NS, CLASS, &rc);
    SAME(it->ft->getNameSpace(it, NULL), NS);
    SAME(it->ft->getClassName(it, NULL), CLASS);
    SAME(it->ft->getHostname(it, NULL), "");
    OK(it->ft->addKey(it, "Name", (Value *)"a\"b", T_chars));
    uint8_t small = 200;
    int16_t negative = -5;
    uint64_t huge = 18446744073709551615ull;
    uint8_t yes = 1;
    Path *other = path(9);
    OK(it->ft->addKey(it, "Small", (Value *)&small, T_uint8));
    OK(it->ft->addKey(it, "Negative", (Value *)&negative, T_sint16));
    OK(it->ft->addKey(it, "Huge", (Value *)&huge, T_uint64));
    OK(it->ft->addKey(it, "Yes", (Value *)&yes, T_boolean));
    OK(it->ft->addKey(it, "Other", (Value *)&other, T_ref));
    CHECK(it->ft->addKey(it, "Bad", (Value *)&yes, T_null).rc == RC_INVALID_TYPE);
    CHECK(it->ft->addKey(it, NULL, (Value *)&yes, T_boolean).rc == RC_INVALID_PARAMETER);
    CHECK(it->ft->addKey(it, "Null", NULL, T_string).rc == RC_INVALID_PARAMETER);
    CHECK(it->ft->getKeyCount(it, NULL) == 6);
    Data key = it->ft->getKey(it, "name", &rc);
    CHECK(rc.rc == RC_OK && key.type == T_string && key.state == S_key);
    SAME(key.value.string, "a\"b");
    key = it->ft->getKey(it, "Small", NULL);
    CHECK(key.type == T_uint64 && key.value.uint64 == 200);
    key = it->ft->getKey(it, "Negative", NULL);
    CHECK(key.type == T_sint64 && key.value.sint64 == -5);
    key = it->ft->getKey(it, "Huge", NULL);
    CHECK(key.type == T_uint64 && key.value.uint64 == huge);
    key = it->ft->getKey(it, "Yes", NULL);
    CHECK(key.type == T_boolean && key.value.boolean == 1);
    key = it->ft->getKey(it, "Other", NULL);
    CHECK(key.type == T_ref && key.value.ref->ft->getKeyCount(key.value.ref, NULL) == 1);
    String *name = NULL;
    key = it->ft->getKeyAt(it, 1, &name, &rc);
    SAME(name, "Small");
    it->ft->getKeyAt(it, 6, NULL, &rc);
    CHECK(rc.rc == RC_NO_SUCH_PROPERTY);
    it->ft->getKey(it, "Missing", &rc);
    CHECK(rc.rc == RC_NO_SUCH_PROPERTY);
    OK(it->ft->addKey(it, "name", (Value *)"changed", T_chars));
    CHECK(it->ft->getKeyCount(it, NULL) == 6);
    OK(other->ft->setNameSpace(other, "root/elsewhere"));
    OK(other->ft->setHostname(other, "host"));
    OK(it->ft->setNameSpaceFrom(it, other));
    SAME(it->ft->getHostname(it, NULL), "");
    OK(it->ft->setHostAndNameSpaceFrom(it, other));
    SAME(it->ft->getHostname(it, NULL), "host");
    SAME(it->ft->getNameSpace(it, NULL), "root/elsewhere");
    SAME(other->ft->toString(other, NULL), "//host/root/elsewhere:Test_Everything.Id=9");
    OK(it->ft->setClassName(it, "Test_Base"));
    SAME(it->ft->getClassName(it, NULL), "Test_Base");
    Path *clone = it->ft->clone(it, NULL);
    OK(it->ft->release(it));
    CHECK(clone->ft->getKeyCount(clone, NULL) == 6);
    OK(clone->ft->release(clone));

    Path *class = EFT->newObjectPath(broker, NS, CLASS, NULL);
    CHECK(EFT->classPathIsA(broker, class, "test_base", NULL) && EFT->classPathIsA(broker, class, CLASS, NULL));
    CHECK(!EFT->classPathIsA(broker, class, "Test_Stranger", NULL));
    Data qualifier = class->ft->getPropertyQualifier(class, "Id", "key", &rc);
    CHECK(rc.rc == RC_OK && qualifier.type == T_boolean && qualifier.value.boolean);
    class->ft->getPropertyQualifier(class, "Id", "Nothing", &rc);
    CHECK(rc.rc == RC_NOT_FOUND);
    qualifier = class->ft->getClassQualifier(class, "Version", NULL);
    SAME(qualifier.value.string, "1.0");
    qualifier = class->ft->getMethodQualifier(class, "Strings", "Static", &rc);
    CHECK(rc.rc == RC_OK && qualifier.value.boolean);
    qualifier = class->ft->getParameterQualifier(class, "Strings", "Input", "In", &rc);
    CHECK(rc.rc == RC_OK && qualifier.value.boolean);
    return "";
}

static const char *instances(void)
{
    Status rc;
    Instance *it = instance(42);
    CHECK(it != NULL);
    Data data = it->ft->getProperty(it, "Id", &rc);
    CHECK(rc.rc == RC_OK && data.type == T_uint32 && data.value.uint32 == 42);
    data = it->ft->getProperty(it, "WithDefault", NULL);
    CHECK(data.type == T_uint16 && data.value.uint16 == 5);
    data = it->ft->getProperty(it, "Text", &rc);
    CHECK(rc.rc == RC_OK && data.type == T_string && data.state == S_null);
    data = it->ft->getProperty(it, "Embedded", NULL);
    CHECK(data.type == T_instance && data.state == S_null);
    it->ft->getProperty(it, "Missing", &rc);
    CHECK(rc.rc == RC_NO_SUCH_PROPERTY);
    OK(it->ft->setProperty(it, "Missing", (Value *)"x", T_chars));
    OK(it->ft->setProperty(it, "text", (Value *)"x", T_chars));
    SAME(it->ft->getProperty(it, "Text", NULL).value.string, "x");
    Value pointer = { .chars = "through a pointer" };
    OK(it->ft->setProperty(it, "Text", &pointer, T_charsptr));
    SAME(it->ft->getProperty(it, "Text", NULL).value.string, "through a pointer");
    OK(it->ft->setProperty(it, "Text", NULL, T_chars));
    CHECK(it->ft->getProperty(it, "Text", NULL).state == S_null);
    OK(it->ft->setProperty(it, "Text", NULL, T_string));
    uint64_t wide = 1;
    CHECK(it->ft->setProperty(it, "U16", (Value *)&wide, T_uint64).rc == RC_INVALID_TYPE);
    CHECK(it->ft->setProperty(it, "U16", (Value *)"1", T_chars).rc == RC_INVALID_TYPE);
    CHECK(it->ft->setProperty(it, "U16", (Value *)&wide, T_null).rc == RC_INVALID_TYPE);
    CHECK(it->ft->setProperty(it, "U16", (Value *)&wide, 0x7777).rc == RC_INVALID_TYPE);
    CHECK(it->ft->setProperty(it, "Embedded", (Value *)"text", T_chars).rc == RC_INVALID_TYPE);
    CHECK(it->ft->setProperty(it, "Texts", (Value *)"text", T_chars).rc == RC_INVALID_TYPE);
    CHECK(it->ft->setProperty(it, NULL, (Value *)&wide, T_uint64).rc == RC_INVALID_PARAMETER);
    Value none = { .string = NULL };
    OK(it->ft->setProperty(it, "Text", &none, T_string));
    OK(it->ft->setPropertyWithOrigin(it, "Text", (Value *)"origin", T_chars, "Test_Base"));

    /* The name's address says little: the same one may carry another name. */
    char name[8] = "U8";
    uint8_t eight = 8;
    OK(it->ft->setProperty(it, name, (Value *)&eight, T_uint8));
    strcpy(name, "S8");
    int8_t minus = -8;
    OK(it->ft->setProperty(it, name, (Value *)&minus, T_sint8));
    CHECK(it->ft->getProperty(it, "U8", NULL).value.uint8 == 8 && it->ft->getProperty(it, "S8", NULL).value.sint8 == -8);

    unsigned count = it->ft->getPropertyCount(it, NULL), seen = 0;
    for (unsigned i = 0; i < count; i++) {
        String *at = NULL;
        it->ft->getPropertyAt(it, i, &at, &rc);
        CHECK(rc.rc == RC_OK);
        if (!strcmp(TEXT(at), "Id") || !strcmp(TEXT(at), "Embedded"))
            seen++;
    }
    CHECK(seen == 2);
    it->ft->getPropertyAt(it, count, NULL, &rc);
    CHECK(rc.rc == RC_NO_SUCH_PROPERTY);

    Path *its = it->ft->getObjectPath(it, NULL);
    CHECK(its->ft->getKey(its, "Id", NULL).value.uint64 == 42);
    /* A path without keys is completed from the properties. */
    Instance *bare = EFT->newInstance(broker, EFT->newObjectPath(broker, NS, CLASS, NULL), NULL);
    unsigned id = 7;
    OK(bare->ft->setProperty(bare, "Id", (Value *)&id, T_uint32));
    its = bare->ft->getObjectPath(bare, NULL);
    CHECK(its->ft->getKeyCount(its, NULL) == 1 && its->ft->getKey(its, "Id", NULL).value.uint64 == 7);
    OK(bare->ft->setObjectPath(bare, path(8)));
    its = bare->ft->getObjectPath(bare, NULL);
    CHECK(its->ft->getKey(its, "Id", NULL).value.uint64 == 8);

    Instance *clone = it->ft->clone(it, NULL);
    OK(it->ft->setProperty(it, "Text", (Value *)"changed", T_chars));
    SAME(clone->ft->getProperty(clone, "Text", NULL).value.string, "origin");
    OK(clone->ft->setProperty(clone, "Text", (Value *)"clone", T_chars));
    SAME(it->ft->getProperty(it, "Text", NULL).value.string, "changed");
    OK(clone->ft->release(clone));

    Instance *filtered = instance(1);
    const char *wanted[] = { "U8", NULL };
    const char *keys[] = { "Id", NULL };
    OK(filtered->ft->setPropertyFilter(filtered, wanted, keys));
    OK(filtered->ft->setProperty(filtered, "Text", (Value *)"dropped", T_chars));
    OK(filtered->ft->setProperty(filtered, "U8", (Value *)&eight, T_uint8));
    CHECK(filtered->ft->getPropertyCount(filtered, NULL) == 2);
    filtered->ft->getProperty(filtered, "Text", &rc);
    CHECK(rc.rc == RC_NO_SUCH_PROPERTY);

    /* An embedded instance is a value: later changes stay outside. */
    Instance *inner = instance(2);
    Value embedded = { .inst = inner };
    OK(inner->ft->setProperty(inner, "Text", (Value *)"inside", T_chars));
    OK(it->ft->setProperty(it, "Embedded", &embedded, T_instance));
    OK(inner->ft->setProperty(inner, "Text", (Value *)"outside", T_chars));
    data = it->ft->getProperty(it, "Embedded", NULL);
    CHECK(data.type == T_instance && data.state == S_good);
    SAME(data.value.inst->ft->getProperty(data.value.inst, "Text", NULL).value.string, "inside");

    CHECK(EFT->newInstance(broker, EFT->newObjectPath(broker, NS, "Test_Nothing", NULL), &rc) == NULL && rc.rc == RC_NOT_FOUND);
    CHECK(rc.msg != NULL && strstr(TEXT(rc.msg), "Test_Nothing"));
    CHECK(EFT->newInstance(broker, NULL, &rc) == NULL && rc.rc == RC_INVALID_PARAMETER);
    return "";
}

static const char *arguments(void)
{
    Status rc;
    Args *it = EFT->newArgs(broker, &rc);
    OK(it->ft->addArg(it, "Text", (Value *)"t", T_chars));
    uint32_t number = 3;
    OK(it->ft->addArg(it, "Number", (Value *)&number, T_uint32));
    OK(it->ft->addArg(it, "Nothing", NULL, T_string));
    CHECK(it->ft->addArg(it, "Bad", (Value *)&number, T_null).rc == RC_INVALID_TYPE);
    CHECK(it->ft->getArgCount(it, NULL) == 3);
    CHECK(it->ft->getArg(it, "number", NULL).value.uint32 == 3);
    CHECK(it->ft->getArg(it, "Nothing", NULL).state == S_null);
    it->ft->getArg(it, "Missing", &rc);
    CHECK(rc.rc == RC_NOT_FOUND);
    String *name = NULL;
    Data data = it->ft->getArgAt(it, 0, &name, NULL);
    SAME(name, "Text");
    SAME(data.value.string, "t");
    it->ft->getArgAt(it, 3, NULL, &rc);
    CHECK(rc.rc != RC_OK);
    Args *clone = it->ft->clone(it, NULL);
    OK(it->ft->release(it));
    CHECK(clone->ft->getArgCount(clone, NULL) == 3);
    OK(clone->ft->release(clone));
    return "";
}

static const char *context(const Context *it)
{
    Status rc;
    SAME(it->ft->getEntry(it, "CMPIPrincipal", NULL).value.string, "tester");
    SAME(it->ft->getEntry(it, "CMPIInitNameSpace", NULL).value.string, NS);
    Data flags = it->ft->getEntry(it, "CMPIInvocationFlags", NULL);
    CHECK(flags.type == T_uint32 && flags.value.uint32 == 6);
    SAME(it->ft->getEntry(it, "CMPIAcceptLanguage", &rc).value.string, "de, en;q=0.5");
    CHECK(rc.rc == RC_OK);
    unsigned count = it->ft->getEntryCount(it, NULL);
    OK(it->ft->addEntry(it, "Mine", (Value *)"own", T_chars));
    CHECK(it->ft->getEntryCount(it, NULL) == count + 1);
    String *name = NULL;
    SAME(it->ft->getEntryAt(it, count, &name, NULL).value.string, "own");
    SAME(name, "Mine");
    it->ft->getEntry(it, "Missing", &rc);
    CHECK(rc.rc == RC_NO_SUCH_PROPERTY);
    Context *clone = it->ft->clone(it, NULL);
    SAME(clone->ft->getEntry(clone, "Mine", NULL).value.string, "own");
    OK(clone->ft->release(clone));
    return "";
}

static const char *messages(void)
{
    Status rc;
    SAME(EFT->getMessage(broker, "id", "nothing to put in $0", &rc, 0), "nothing to put in $0");
    CHECK(rc.rc == RC_OK);
    String *text = EFT->newString(broker, "string", NULL);
    SAME(EFT->getMessage(broker, "id", "$0 $1 $2 $3 $4 $5 $6 $7", NULL, 8,
            T_chars, "chars", T_string, text, T_sint32, (long)-1, T_uint32, 4000000000ul, T_real64, 1.5, T_boolean, 1,
            T_sint64, -9000000000ll, T_uint64, 18446744073709551615ull),
        "chars string -1 4000000000 1.5 true -9000000000 18446744073709551615");
    void *file = NULL;
    OK(EFT->openMessageFile(broker, "messages", &file));
    SAME(EFT->getMessage2(broker, "id", file, "$1 before $0", NULL, 2, T_chars, "zero", T_real64, 0.25), "0.25 before zero");
    OK(EFT->closeMessageFile(broker, file));
    OK(EFT->logMessage(broker, 3, "id", "logged text", NULL));
    OK(EFT->logMessage(broker, 1, "id", NULL, text));
    OK(EFT->trace(broker, 2, "component", "traced", NULL));
    return "";
}

static const char *errors(void)
{
    Error *it = EFT->newError(broker, "owner", "ID42", "it broke", 4, 36, RC_FAILED, NULL);
    CHECK(it != NULL);
    SAME(it->ft->getOwningEntity(it, NULL), "owner");
    SAME(it->ft->getMessageID(it, NULL), "ID42");
    SAME(it->ft->getMessage(it, NULL), "it broke");
    CHECK(it->ft->getPerceivedSeverity(it, NULL) == 4 && it->ft->getProbableCause(it, NULL) == 36);
    CHECK(it->ft->getStatusCode(it, NULL) == RC_FAILED);
    OK(it->ft->setErrorType(it, 4));
    CHECK(it->ft->getErrorType(it, NULL) == 4);
    OK(it->ft->setOtherErrorType(it, "other type"));
    SAME(it->ft->getOtherErrorType(it, NULL), "other type");
    OK(it->ft->setProbableCauseDescription(it, "cause"));
    SAME(it->ft->getProbableCauseDescription(it, NULL), "cause");
    OK(it->ft->setErrorSource(it, "source"));
    SAME(it->ft->getErrorSource(it, NULL), "source");
    OK(it->ft->setErrorSourceFormat(it, 2));
    CHECK(it->ft->getErrorSourceFormat(it, NULL) == 2);
    OK(it->ft->setOtherErrorSourceFormat(it, "format"));
    SAME(it->ft->getOtherErrorSourceFormat(it, NULL), "format");
    OK(it->ft->setStatusCodeDescription(it, "description"));
    SAME(it->ft->getStatusCodeDescription(it, NULL), "description");
    Array *actions = EFT->newArray(broker, 1, T_string, NULL);
    actions->ft->setElementAt(actions, 0, (Value *)"act", T_chars);
    OK(it->ft->setRecommendedActions(it, actions));
    Array *got = it->ft->getRecommendedActions(it, NULL);
    SAME(got->ft->getElementAt(got, 0, NULL).value.string, "act");
    CHECK(it->ft->getMessageArguments(it, NULL) == NULL);
    OK(it->ft->setMessageArguments(it, actions));
    CHECK(it->ft->getMessageArguments(it, NULL) != NULL);
    Error *clone = it->ft->clone(it, NULL);
    OK(it->ft->release(it));
    SAME(clone->ft->getErrorSource(clone, NULL), "source");
    OK(clone->ft->release(clone));
    return "";
}

static const char *kinds(void)
{
    Status rc;
    Instance *it = instance(3);
    CHECK(EFT->isOfType(broker, it, "CMPIInstance", &rc) && rc.rc == RC_OK);
    CHECK(!EFT->isOfType(broker, it, "CMPIString", NULL));
    SAME(EFT->getType(broker, it, NULL), "CMPIInstance");
    SAME(EFT->getType(broker, path(1), NULL), "CMPIObjectPath");
    SAME(EFT->getType(broker, EFT->newArgs(broker, NULL), NULL), "CMPIArgs");
    SAME(EFT->toString(broker, path(1), NULL), "root/test:Test_Everything.Id=1");
    CHECK(strstr(TEXT(EFT->toString(broker, it, NULL)), "instance of Test_Everything") != NULL);
    return "";
}

static const char *memory(void)
{
    Status rc;
    CHECK(broker->bft->capabilities & 0x4000 && broker->bft->version == 210);
    const MemoryFT *mft = broker->mft;
    void *mark = mft->mark(broker, &rc);
    CHECK(mark != NULL && rc.rc == RC_OK);
    String *inside = EFT->newString(broker, "inside", NULL);
    OK(mft->release(broker, mark));
    CHECK(inside->ft->getCharPtr(inside, &rc) == NULL && rc.rc == RC_INVALID_HANDLE);
    CHECK(mft->release(broker, mark).rc == RC_INVALID_HANDLE);
    char *block = mft->malloc(broker, 10);
    memset(block, 1, 10);
    block = mft->realloc(broker, block, 100000);
    CHECK(block != NULL && block[9] == 1);
    mft->free(broker, block);
    char *zero = mft->calloc(broker, 10, 10);
    CHECK(zero[0] == 0 && zero[99] == 0);
    CHECK(mft->calloc(broker, (size_t)1 << 40, (size_t)1 << 40) == NULL);
    CHECK(strcmp(mft->strdup(broker, "copied"), "copied") == 0);
    String *freed = EFT->newString(broker, "freed", NULL);
    mft->freeString(broker, freed);
    CHECK(freed->ft->release(freed).rc == RC_INVALID_HANDLE);
    mft->freeInstance(broker, instance(1));
    mft->freePath(broker, path(1));
    Args *args = EFT->newArgs(broker, NULL);
    mft->freeArgs(broker, args);
    CHECK(args->ft->release(args).rc == RC_INVALID_HANDLE);
    Array *array = EFT->newArray(broker, 1, T_uint32, NULL);
    mft->freeArray(broker, array);
    CHECK(array->ft->release(array).rc == RC_INVALID_HANDLE);
    DateTime *now = EFT->newDateTime(broker, NULL);
    mft->freeDateTime(broker, now);
    CHECK(now->ft->release(now).rc == RC_INVALID_HANDLE);
    return "";
}

static const char *codepages(void)
{
    enum { CP_SYSTEM = 1, CP_ASCII = 2, CP_UTF16 = 3 };
    Status rc;
    CHECK(broker->bft->capabilities & 0x80000);
    const uint16_t wide[] = { 'G', 'r', 0xfc, 0xdf, 'e', 0xd83d, 0xdc4b, 0 };
    String *text = EFT->newStringCP(broker, (const char *)wide, CP_UTF16, &rc);
    CHECK(rc.rc == RC_OK);
    SAME(text, "Gr\303\274\303\237e\360\237\221\213");
    char *back = text->ft->newCharsCP(text, CP_UTF16, &rc);
    CHECK(rc.rc == RC_OK && memcmp(back, wide, sizeof wide) == 0);
    broker->mft->freeChars(broker, back);
    CHECK(text->ft->newCharsCP(text, CP_ASCII, &rc) == NULL && rc.rc == RC_NOT_IN_CODEPAGE);
    CHECK(text->ft->newCharsCP(text, 9, &rc) == NULL && rc.rc == RC_INVALID_PARAMETER);
    back = text->ft->newCharsCP(text, CP_SYSTEM, NULL);
    CHECK(strcmp(back, TEXT(text)) == 0);
    broker->mft->freeChars(broker, back);
    SAME(EFT->newStringCP(broker, "plain", CP_ASCII, NULL), "plain");
    CHECK(EFT->newStringCP(broker, "\377", CP_SYSTEM, &rc) == NULL && rc.rc == RC_NOT_IN_CODEPAGE);
    CHECK(EFT->newStringCP(broker, NULL, CP_SYSTEM, &rc) == NULL && rc.rc == RC_INVALID_PARAMETER);
    return "";
}

static const char *property_lists(void)
{
    Status rc;
    const char *names[] = { "Id", "Text", NULL };
    PropertyList *list = EFT->newPropertyList(broker, names, &rc);
    CHECK(rc.rc == RC_OK && list->ft->isPropertyInList(list, "text", &rc) && rc.rc == RC_OK);
    CHECK(!list->ft->isPropertyInList(list, "U8", NULL));
    list->ft->isPropertyInList(list, NULL, &rc);
    CHECK(rc.rc == RC_INVALID_PARAMETER);
    PropertyList *clone = list->ft->clone(list, NULL);
    OK(list->ft->release(list));
    CHECK(list->ft->getProperties(list, &rc) == NULL && rc.rc == RC_INVALID_HANDLE);
    const char **got = clone->ft->getProperties(clone, NULL);
    CHECK(!strcmp(got[0], "Id") && !strcmp(got[1], "Text") && got[2] == NULL);
    OK(clone->ft->release(clone));
    PropertyList *all = EFT->newPropertyList(broker, NULL, NULL);
    CHECK(all->ft->isPropertyInList(all, "Anything", NULL) && all->ft->getProperties(all, NULL) == NULL);
    return "";
}

#define CQL "DMTF:CQL"
#define FQL "DMTF:FQL"
#define CONDITION "Id = 1 AND (Text = 'a' OR Text IS NULL)"
#define QUERY "SELECT Id, Text FROM Test_Everything WHERE " CONDITION
static Data accessed(const char *name, void *parameter)
{
    Data data = { T_string, S_null };
    if (!strcmp(name, "Id")) {
        data.type = T_uint32;
        data.state = S_good;
        data.value.uint32 = *(unsigned *)parameter;
    }
    return data;
}

static const char *queries(const Context *ctx)
{
    Status rc;
    Array *columns = NULL;
    CHECK(broker->bft->capabilities & 0x20);
    SelectExp *it = EFT->newSelectExp(broker, QUERY, CQL, &columns, &rc);
    CHECK(it != NULL && rc.rc == RC_OK);
    SAME(columns->ft->getElementAt(columns, 0, NULL).value.string, "Id");
    SAME(it->ft->getString(it, NULL), QUERY);
    CHECK(EFT->newSelectExp(broker, "SELECT", CQL, NULL, &rc) == NULL && rc.rc == RC_INVALID_QUERY);
    CHECK(EFT->newSelectExp(broker, "any", "other", NULL, &rc) == NULL && rc.rc == RC_QUERY_LANGUAGE_NOT_SUPPORTED);
    CHECK(it->ft->evaluate(it, instance(5), &rc) == 0 && rc.rc == RC_OK);
    Instance *one = instance(1);
    unsigned id = 1;
    OK(one->ft->setProperty(one, "Id", (Value *)&id, T_uint32));
    CHECK(it->ft->evaluate(it, one, &rc) == 1 && rc.rc == RC_OK);
    it->ft->evaluate(it, NULL, &rc);
    CHECK(rc.rc == RC_INVALID_PARAMETER);
    CHECK(it->ft->evaluateUsingAccessor(it, accessed, &id, &rc) == 1 && rc.rc == RC_OK);
    unsigned two = 2;
    CHECK(it->ft->evaluateUsingAccessor(it, accessed, &two, NULL) == 0);
    SelectExp *not = EFT->newSelectExp(broker, "SELECT * FROM Test_Base WHERE NOT (1 < Id OR Text LIKE 'a%') AND Id <> 7", "WQL", &columns, NULL);
    CHECK(not != NULL && columns == NULL);
    SelectCond *negated = not->ft->getDOC(not, NULL);
    CHECK(negated->ft->getCountAndType(negated, NULL, NULL) == 1);
    SubCond *three = negated->ft->getSubCondAt(negated, 0, NULL);
    CHECK(three->ft->getCount(three, NULL) == 3);
    static const int operators[] = { 6, 10, 2 }; /* <=, not like, <> */
    for (unsigned i = 0; i < 3; i++) {
        int found;
        Predicate *one_of = three->ft->getPredicateAt(three, i, NULL);
        OK(one_of->ft->getData(one_of, NULL, &found, NULL, NULL));
        CHECK(found == operators[i]);
    }
    SelectExp *other_class = EFT->newSelectExp(broker, "SELECT * FROM Test_Other", "WQL", NULL, NULL);
    CHECK(other_class->ft->evaluate(other_class, one, NULL) == 0);
    SelectExp *base_class = EFT->newSelectExp(broker, "SELECT * FROM Test_Base", "WQL", NULL, NULL);
    CHECK(base_class->ft->evaluate(base_class, one, NULL) == 1);
    it->ft->evaluateUsingAccessor(it, NULL, NULL, &rc);
    CHECK(rc.rc == RC_INVALID_PARAMETER);

    int form = -1;
    SelectCond *doc = it->ft->getDOC(it, &rc);
    CHECK(rc.rc == RC_OK && doc->ft->getCountAndType(doc, &form, NULL) == 2 && form == 0);
    SelectCond *cod = it->ft->getCOD(it, NULL);
    CHECK(cod->ft->getCountAndType(cod, &form, NULL) == 2 && form == 1);
    CHECK(doc->ft->getSubCondAt(doc, 2, &rc) == NULL && rc.rc == RC_NO_SUCH_PROPERTY);
    SelectCond *cond = doc->ft->clone(doc, NULL);
    OK(doc->ft->release(doc));
    SubCond *first = cond->ft->getSubCondAt(cond, 0, NULL);
    CHECK(first->ft->getCount(first, NULL) == 2);
    SubCond *sub = first->ft->clone(first, NULL);
    OK(first->ft->release(first));
    Type type;
    int op;
    String *left, *right;
    Predicate *found = sub->ft->getPredicate(sub, "text", &rc);
    CHECK(found != NULL && rc.rc == RC_OK);
    Predicate *predicate = found->ft->clone(found, NULL);
    OK(found->ft->release(found));
    CHECK(found->ft->getData(found, &type, &op, &left, &right).rc == RC_INVALID_HANDLE && left == NULL);
    OK(predicate->ft->getData(predicate, &type, &op, &left, &right));
    CHECK(type == T_string && op == 1);
    SAME(left, "Text");
    SAME(right, "a");
    CHECK(predicate->ft->evaluateUsingAccessor(predicate, accessed, &id, &rc) == 0 && rc.rc == RC_OK);
    OK(predicate->ft->release(predicate));
    predicate = sub->ft->getPredicateAt(sub, 0, NULL);
    OK(predicate->ft->getData(predicate, &type, NULL, NULL, &right));
    CHECK(type == (T_string | T_sint64));
    SAME(right, "1");
    CHECK(predicate->ft->evaluateUsingAccessor(predicate, accessed, &id, NULL) == 1);
    SAME(EFT->getType(broker, predicate, NULL), "CMPIPredicate");
    CHECK(sub->ft->getPredicateAt(sub, 2, &rc) == NULL && rc.rc == RC_NO_SUCH_PROPERTY);
    CHECK(sub->ft->getPredicate(sub, "U8", &rc) == NULL && rc.rc == RC_NO_SUCH_PROPERTY);
    OK(sub->ft->release(sub));
    OK(cond->ft->release(cond));
    SelectExp *clone = it->ft->clone(it, NULL);
    broker->mft->freeSelectExp(broker, it);
    CHECK(clone->ft->evaluate(clone, one, NULL) == 1);
    OK(clone->ft->release(clone));

    EnumerationFilter *filter = EFT->newEnumerationFilter(broker, FQL, CONDITION, &rc);
    CHECK(rc.rc == RC_OK && filter->ft->match(filter, one, &rc) == 1 && rc.rc == RC_OK);
    EnumerationFilter *kept = filter->ft->clone(filter, NULL);
    OK(filter->ft->release(filter));
    CHECK(filter->ft->match(filter, one, &rc) == 0 && rc.rc == RC_INVALID_HANDLE);
    CHECK(kept->ft->match(kept, instance(2), NULL) == 0);
    OK(kept->ft->release(kept));
    filter = EFT->newEnumerationFilter(broker, NULL, NULL, NULL);
    CHECK(filter->ft->match(filter, instance(2), NULL) == 1);
    CHECK(EFT->newEnumerationFilter(broker, FQL, "Id =", &rc) == NULL && rc.rc == RC_INVALID_QUERY);

    /* The server has instances 1 and 2; the filter lets 1 through, and Text is not asked for. */
    const char *wanted[] = { "Id", NULL };
    Path *all = EFT->newObjectPath(broker, NS, CLASS, NULL);
    Enumeration *some = broker->bft->enumerateInstancesFiltered(broker, ctx, all, wanted, FQL, CONDITION, &rc);
    CHECK(rc.rc == RC_OK && some->ft->hasNext(some, NULL));
    Instance *only = some->ft->getNext(some, NULL).value.inst;
    CHECK(only->ft->getProperty(only, "Id", NULL).value.uint32 == 1);
    only->ft->getProperty(only, "R64", &rc);
    CHECK(rc.rc == RC_NO_SUCH_PROPERTY && !some->ft->hasNext(some, NULL));
    some->ft->getNext(some, &rc);
    CHECK(rc.rc == RC_NO_MORE_ELEMENTS);
    some = broker->bft->associatorsFiltered(broker, ctx, path(1), NULL, NULL, NULL, NULL, NULL, FQL, CONDITION, &rc);
    CHECK(rc.rc == RC_OK && some->ft->toArray(some, NULL)->ft->getSize(some->ft->toArray(some, NULL), NULL) == 1);
    some = broker->bft->referencesFiltered(broker, ctx, path(1), NULL, NULL, NULL, NULL, NULL, &rc);
    CHECK(rc.rc == RC_OK && some->ft->toArray(some, NULL)->ft->getSize(some->ft->toArray(some, NULL), NULL) == 2);
    CHECK(broker->bft->referencesFiltered(broker, ctx, path(1), NULL, NULL, NULL, FQL, "Id =", &rc) == NULL && rc.rc == RC_INVALID_QUERY);
    return "";
}

static int once_count;
static void once_called(void) { once_count++; }
static void *mutex, *condition;
static int signalled;
static pthread_key_t key;

static void *waiter(void *parameter)
{
    broker->xft->lockMutex(mutex);
    while (!signalled)
        broker->xft->condWait(condition, mutex);
    broker->xft->unlockMutex(mutex);
    if (parameter == NULL)
        broker->xft->exitThread((void *)77);
    return parameter;
}

static void *sleeper(void *parameter)
{
    for (;;)
        broker->xft->threadSleep(10);
    return parameter;
}

static const char *extensions(void)
{
    const ExtensionFT *xft = broker->xft;
    char *name = xft->resolveFileName("x");
    CHECK(name != NULL && strstr(name, "libx.so"));
    free(name);
    int once = 0;
    once_count = 0;
    xft->threadOnce(&once, once_called);
    xft->threadOnce(&once, once_called);
    CHECK(once_count == 1);
    CHECK(xft->createThreadKey(&key, NULL) == 0 && xft->setThreadSpecific(key, &once) == 0);
    CHECK(xft->getThreadSpecific(key) == &once && xft->destroyThreadKey(key) == 0);
    mutex = xft->newMutex(0);
    condition = xft->newCondition(0);
    signalled = 0;
    void *first = xft->newThread(waiter, (void *)5, 0), *second = xft->newThread(waiter, NULL, 0);
    CHECK(first != NULL && second != NULL);
    xft->threadSleep(20);
    xft->lockMutex(mutex);
    signalled = 1;
    xft->signalCondition(condition);
    xft->unlockMutex(mutex);
    xft->threadSleep(5);
    xft->signalCondition(condition);
    void *value = NULL;
    CHECK(xft->joinThread(first, &value) == 0 && value == (void *)5);
    CHECK(xft->joinThread(second, &value) == 0 && value == (void *)77);
    xft->lockMutex(mutex);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec = (until.tv_nsec + 10000000) % 1000000000;
    CHECK(xft->timedCondWait(condition, mutex, &until) != 0);
    xft->unlockMutex(mutex);
    CHECK(xft->lockMutex2(mutex) == 0);
    CHECK(xft->destroyMutex2(mutex) != 0);
    CHECK(xft->unlockMutex2(mutex) == 0);
    CHECK(xft->destroyCondition2(condition) == 0 && xft->destroyMutex2(mutex) == 0);
    CHECK(xft->destroyCondition2(NULL) != 0 && xft->destroyMutex2(NULL) != 0);
    xft->destroyCondition(xft->newCondition(0));
    xft->destroyMutex(xft->newMutex(0));
    return "";
}

/* By hand only: the cancellation of a thread is not for a process that other tests share. */
static const char *cancel(void)
{
    void *thread = broker->xft->newThread(sleeper, NULL, 0);
    void *value = NULL;
    usleep(30000);
    CHECK(broker->xft->cancelThread(thread) == 0);
    CHECK(broker->xft->joinThread(thread, &value) == 0 && value == PTHREAD_CANCELED);
    return "";
}

static const char *upcalls(const Context *ctx)
{
    Status rc;
    const BrokerFT *bft = broker->bft;
    Path *class = EFT->newObjectPath(broker, NS, CLASS, NULL);
    Enumeration *names = bft->enumerateInstanceNames(broker, ctx, class, &rc);
    CHECK(rc.rc == RC_OK && names != NULL);
    int count = 0;
    while (names->ft->hasNext(names, NULL)) {
        Data next = names->ft->getNext(names, NULL);
        CHECK(next.type == T_ref);
        count++;
    }
    CHECK(count == 2);
    names->ft->getNext(names, &rc);
    CHECK(rc.rc == RC_NO_MORE_ELEMENTS);
    const char *properties[] = { "Text", NULL };
    Enumeration *all = bft->enumerateInstances(broker, ctx, class, properties, &rc);
    CHECK(rc.rc == RC_OK);
    Array *array = all->ft->toArray(all, NULL);
    CHECK(array->ft->getSize(array, NULL) == 2 && array->ft->getSimpleType(array, NULL) == T_instance);
    Instance *one = bft->getInstance(broker, ctx, path(1), NULL, &rc);
    CHECK(rc.rc == RC_OK);
    SAME(one->ft->getProperty(one, "Text", NULL).value.string, "from the server");
    /* It came from elsewhere, so it has what was set and no more. */
    one->ft->getProperty(one, "U8", &rc);
    CHECK(rc.rc == RC_NO_SUCH_PROPERTY);
    CHECK(bft->getInstance(broker, ctx, path(99), NULL, &rc) == NULL && rc.rc == RC_NOT_FOUND);
    CHECK(rc.msg != NULL && strstr(TEXT(rc.msg), "99"));
    Path *created = bft->createInstance(broker, ctx, class, instance(5), &rc);
    CHECK(rc.rc == RC_OK && created->ft->getKey(created, "Id", NULL).value.uint64 == 5);
    OK(bft->modifyInstance(broker, ctx, path(1), instance(1), properties));
    OK(bft->deleteInstance(broker, ctx, path(1)));
    CHECK(bft->deleteInstance(broker, ctx, NULL).rc == RC_INVALID_PARAMETER);
    Enumeration *found = bft->execQuery(broker, ctx, class, "select * from Test_Everything", "WQL", &rc);
    CHECK(rc.rc == RC_OK && found->ft->hasNext(found, NULL));
    found = bft->associators(broker, ctx, path(1), "A", "R", "r", "rr", NULL, &rc);
    CHECK(rc.rc == RC_OK && found->ft->hasNext(found, NULL));
    found = bft->associatorNames(broker, ctx, path(1), "A", "R", "r", "rr", &rc);
    CHECK(rc.rc == RC_OK && found->ft->hasNext(found, NULL));
    found = bft->references(broker, ctx, path(1), "A", "r", NULL, &rc);
    CHECK(rc.rc == RC_OK && found->ft->hasNext(found, NULL));
    found = bft->referenceNames(broker, ctx, path(1), "A", "r", &rc);
    CHECK(rc.rc == RC_OK && found->ft->hasNext(found, NULL));
    Args *in = EFT->newArgs(broker, NULL), *out = EFT->newArgs(broker, NULL);
    in->ft->addArg(in, "Input", (Value *)"given", T_chars);
    Data returned = bft->invokeMethod(broker, ctx, path(1), "Answer", in, out, &rc);
    CHECK(rc.rc == RC_OK && returned.type == T_uint32 && returned.value.uint32 == 42);
    SAME(out->ft->getArg(out, "Output", NULL).value.string, "given back");
    OK(bft->setProperty(broker, ctx, path(1), "Text", (Value *)"set", T_chars));
    SAME(bft->getProperty(broker, ctx, path(1), "Text", &rc).value.string, "from the server");
    bft->getProperty(broker, ctx, path(1), "Missing", &rc);
    CHECK(rc.rc == RC_NO_SUCH_PROPERTY);
    return "";
}

/* What is left from an earlier call must be refused, not followed. */
static Instance *kept_instance;
static String *kept_string;
static Path *kept_clone;

static const char *keep(void)
{
    kept_instance = instance(11);
    kept_string = EFT->newString(broker, "kept too long", NULL);
    Path *it = path(12);
    kept_clone = it->ft->clone(it, NULL);
    return "";
}

static const char *stale(const Result *result)
{
    Status rc;
    kept_instance->ft->getProperty(kept_instance, "Id", &rc);
    CHECK(rc.rc == RC_INVALID_HANDLE);
    CHECK(kept_instance->ft->setProperty(kept_instance, "Text", (Value *)"x", T_chars).rc == RC_INVALID_HANDLE);
    CHECK(kept_instance->ft->getPropertyCount(kept_instance, NULL) == 0);
    CHECK(kept_instance->ft->getObjectPath(kept_instance, &rc) == NULL && rc.rc == RC_INVALID_HANDLE);
    CHECK(kept_instance->ft->clone(kept_instance, &rc) == NULL && rc.rc == RC_INVALID_HANDLE);
    CHECK(kept_instance->ft->release(kept_instance).rc == RC_INVALID_HANDLE);
    CHECK(result->ft->returnInstance(result, kept_instance).rc == RC_INVALID_PARAMETER);
    CHECK(*(char *)kept_string->hdl == 0);
    CHECK(kept_clone->ft->getKey(kept_clone, "Id", &rc).value.uint64 == 12 && rc.rc == RC_OK);
    OK(kept_clone->ft->release(kept_clone));
    Value wrong = { .string = (String *)path(1) };
    Instance *it = instance(1);
    CHECK(it->ft->setProperty(it, "Text", &wrong, T_string).rc == RC_INVALID_HANDLE);
    CHECK(it->ft->setProperty((Instance *)path(1), "Text", NULL, T_string).rc == RC_INVALID_HANDLE);
    CHECK(it->ft->setProperty(NULL, "Text", NULL, T_string).rc == RC_INVALID_HANDLE);
    CHECK(broker->bft->attachThread((Broker *)it, NULL).rc == RC_INVALID_HANDLE);
    return "";
}

static const char *outcome;

static const char *threaded(const Context *ctx)
{
    OK(broker->bft->attachThread(broker, ctx));
    Status rc;
    String *own = EFT->newString(broker, "of the thread", NULL);
    Instance *one = broker->bft->getInstance(broker, ctx, path(1), NULL, &rc);
    CHECK(one != NULL);
    OK(broker->bft->detachThread(broker, ctx));
    CHECK(own->ft->getCharPtr(own, &rc) == NULL && rc.rc == RC_INVALID_HANDLE);
    return "";
}

static void *attached(void *parameter)
{
    outcome = threaded(parameter);
    return NULL;
}

static void *stranger(void *parameter)
{
    /* Never attached: still gets objects. They end with the thread. */
    String *text = EFT->newString(broker, "stranger", NULL);
    outcome = text && !strcmp(TEXT(text), "stranger") ? "" : "a thread that was not attached got no string";
    return parameter;
}

static const char *on_thread(void *(*start)(void *), void *parameter)
{
    pthread_t thread;
    outcome = "the thread did not run";
    CHECK(pthread_create(&thread, NULL, start, parameter) == 0);
    pthread_join(thread, NULL);
    return outcome;
}

static const char *leak(void)
{
    for (unsigned i = 0; i < 20; i++) {
        Instance *it = instance(i);
        it->ft->setProperty(it, "Text", (Value *)"leaked", T_chars);
        it->ft->getProperty(it, "Text", NULL);
        EFT->newArray(broker, 10, T_string, NULL);
        broker->mft->malloc(broker, 100);
    }
    return "";
}

static Status cleanup_any(const char *what)
{
    const char *file = getenv("EXERCISE_CLEANUP");
    FILE *log = file ? fopen(file, "a") : NULL;
    if (log) {
        fprintf(log, "%s\n", what);
        fclose(log);
    }
    return status(RC_OK, NULL);
}

static Status cleanup_instance(InstanceMI *mi, const Context *ctx, uint8_t terminating) { return cleanup_any(terminating ? "instance terminating" : "instance"); }
static Status cleanup_method(MethodMI *mi, const Context *ctx, uint8_t terminating) { return cleanup_any("method"); }
static Status cleanup_association(AssociationMI *mi, const Context *ctx, uint8_t terminating) { return cleanup_any("association"); }
static Status cleanup_indication(IndicationMI *mi, const Context *ctx, uint8_t terminating) { return cleanup_any("indication"); }

static Status echo(const Result *result, const Args *in, Args *out)
{
    unsigned count = in->ft->getArgCount(in, NULL);
    for (unsigned i = 0; i < count; i++) {
        String *name = NULL;
        Data data = in->ft->getArgAt(in, i, &name, NULL);
        Status rc = out->ft->addArg(out, TEXT(name), data.state & S_null ? NULL : &data.value, data.type);
        if (rc.rc)
            return rc;
    }
    result->ft->returnData(result, (Value *)&count, T_uint32);
    result->ft->returnDone(result);
    return status(RC_OK, NULL);
}

static Status invoke(MethodMI *mi, const Context *ctx, const Result *result, const Path *op, const char *method, const Args *in, Args *out)
{
    const char *answer;
    if (!strcmp(method, "Strings")) answer = strings();
    else if (!strcmp(method, "Arrays")) answer = arrays();
    else if (!strcmp(method, "DateTimes")) answer = datetimes();
    else if (!strcmp(method, "Paths")) answer = paths();
    else if (!strcmp(method, "Instances")) answer = instances();
    else if (!strcmp(method, "Arguments")) answer = arguments();
    else if (!strcmp(method, "Context")) answer = context(ctx);
    else if (!strcmp(method, "Messages")) answer = messages();
    else if (!strcmp(method, "Errors")) answer = errors();
    else if (!strcmp(method, "Kinds")) answer = kinds();
    else if (!strcmp(method, "Memory")) answer = memory();
    else if (!strcmp(method, "Extensions")) answer = extensions();
    else if (!strcmp(method, "Cancel")) answer = cancel();
    else if (!strcmp(method, "Codepages")) answer = codepages();
    else if (!strcmp(method, "PropertyLists")) answer = property_lists();
    else if (!strcmp(method, "Queries")) answer = queries(ctx);
    else if (!strcmp(method, "UpCalls")) answer = upcalls(ctx);
    else if (!strcmp(method, "Keep")) answer = keep();
    else if (!strcmp(method, "Stale")) answer = stale(result);
    else if (!strcmp(method, "Leak")) answer = leak();
    else if (!strcmp(method, "AttachedThread")) answer = on_thread(attached, broker->bft->prepareAttachThread(broker, ctx));
    else if (!strcmp(method, "StrangeThread")) answer = on_thread(stranger, NULL);
    else if (!strcmp(method, "Echo")) return echo(result, in, out);
    else if (!strcmp(method, "Factories")) {
        result->ft->returnData(result, (Value *)&factories, T_uint32);
        return status(RC_OK, NULL);
    }
    else if (!strcmp(method, "AfterDone")) {
        result->ft->returnDone(result);
        answer = result->ft->returnData(result, (Value *)"late", T_chars).rc == RC_OK ? "a result after done was taken" : NULL;
        return answer ? status(RC_FAILED, answer) : status(RC_OK, NULL);
    }
    else if (!strcmp(method, "Exit")) _exit(0);
    else if (!strcmp(method, "NullMessage")) return status(RC_ALREADY_EXISTS, NULL);
    else if (!strcmp(method, "StrangeStatus")) return status(12345, "a status of its own");
    else if (!strcmp(method, "ErrorObject")) {
        result->ft->returnError(result, EFT->newError(broker, "owner", "ID42", "it broke", 4, 36, RC_FAILED, NULL));
        return status(RC_FAILED, NULL);
    }
    else if (!strcmp(method, "ReleaseEverything")) {
        ((Args *)in)->ft->release((Args *)in);
        out->ft->release(out);
        ((Path *)op)->ft->release((Path *)op);
        ((Context *)ctx)->ft->release((Context *)ctx);
        ((Result *)result)->ft->release((Result *)result);
        answer = "";
    }
    else return status(RC_METHOD_NOT_FOUND, method);
    result->ft->returnData(result, (Value *)answer, T_chars);
    result->ft->returnDone(result);
    return status(RC_OK, NULL);
}

static Instance *everything(unsigned id)
{
    Instance *it = instance(id);
    uint8_t boolean = 1, u8 = 255; int8_t s8 = -128; uint16_t u16 = 65535, c16 = 0x20ac; int16_t s16 = -32768;
    uint32_t u32 = 4294967295u; int32_t s32 = -2147483647 - 1; uint64_t u64 = ~0ull; int64_t s64 = -9223372036854775807ll - 1;
    float r32 = 0.5f; double r64 = -1e300;
    DateTime *when = EFT->newDateTimeFromChars(broker, "20200101000000.000000+000", NULL);
    Path *ref = path(77);
    Instance *inner = instance(88);
    struct { const char *name; const void *value; Type type; } values[] = {
        { "Boolean", &boolean, T_boolean }, { "U8", &u8, T_uint8 }, { "S8", &s8, T_sint8 }, { "U16", &u16, T_uint16 },
        { "S16", &s16, T_sint16 }, { "U32", &u32, T_uint32 }, { "S32", &s32, T_sint32 }, { "U64", &u64, T_uint64 },
        { "S64", &s64, T_sint64 }, { "R32", &r32, T_real32 }, { "R64", &r64, T_real64 }, { "C16", &c16, T_char16 },
        { "Text", "Gr\303\274\303\237e", T_chars }, { "When", &when, T_dateTime }, { "Ref", &ref, T_ref },
        { "Embedded", &inner, T_instance },
    };
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        if (it->ft->setProperty(it, values[i].name, values[i].value, values[i].type).rc)
            return NULL;
    }
    Array *texts = EFT->newArray(broker, 3, T_string, NULL);
    texts->ft->setElementAt(texts, 0, (Value *)"first", T_chars);
    texts->ft->setElementAt(texts, 2, (Value *)"", T_chars);
    it->ft->setProperty(it, "Texts", (Value *)&texts, T_ARRAY | T_string);
    Array *inners = EFT->newArray(broker, 1, T_instance, NULL);
    inners->ft->setElementAt(inners, 0, (Value *)&inner, T_instance);
    it->ft->setProperty(it, "Embeddeds", (Value *)&inners, T_ARRAY | T_instance);
    return it;
}

static Status enum_names(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op)
{
    for (unsigned i = 0; i < 3; i++)
        result->ft->returnObjectPath(result, path(i));
    result->ft->returnDone(result);
    return status(RC_OK, NULL);
}

/* As real providers do it: literals, one instance after the other; the class says how many. */
static Status enum_instances(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op, const char **properties)
{
    const char *class = TEXT(op->ft->getClassName(op, NULL));
    unsigned count = getenv("EXERCISE_COUNT") ? (unsigned)atoi(getenv("EXERCISE_COUNT")) : 3;
    if (!strcmp(class, CLASS)) {
        result->ft->returnInstance(result, everything(1));
        result->ft->returnDone(result);
        return status(RC_OK, NULL);
    }
    for (unsigned i = 0; i < count; i++) {
        Path *its = EFT->newObjectPath(broker, NS, "Test_Plain", NULL);
        its->ft->addKey(its, "Id", (Value *)&i, T_uint32);
        Instance *it = EFT->newInstance(broker, its, NULL);
        if (!it)
            return status(RC_FAILED, "no instance");
        it->ft->setPropertyFilter(it, properties, NULL);
        uint16_t state = 2;
        uint64_t size = i;
#define TEXT_PROPERTY(n) it->ft->setProperty(it, "Text" #n, (Value *)"some text of usual length", T_chars)
#define NUMBER_PROPERTY(n) it->ft->setProperty(it, "Number" #n, (Value *)&size, T_uint64)
#define STATE_PROPERTY(n) it->ft->setProperty(it, "State" #n, (Value *)&state, T_uint16)
        it->ft->setProperty(it, "Id", (Value *)&i, T_uint32);
        TEXT_PROPERTY(0); TEXT_PROPERTY(1); TEXT_PROPERTY(2); TEXT_PROPERTY(3); TEXT_PROPERTY(4); TEXT_PROPERTY(5);
        NUMBER_PROPERTY(0); NUMBER_PROPERTY(1); NUMBER_PROPERTY(2); NUMBER_PROPERTY(3); NUMBER_PROPERTY(4); NUMBER_PROPERTY(5);
        STATE_PROPERTY(0); STATE_PROPERTY(1); STATE_PROPERTY(2); STATE_PROPERTY(3); STATE_PROPERTY(4); STATE_PROPERTY(5); STATE_PROPERTY(6);
        /* The server said that it wants no more. */
        if (result->ft->returnInstance(result, it).rc)
            break;
    }
    result->ft->returnDone(result);
    return status(RC_OK, NULL);
}

static Status get_instance(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op, const char **properties)
{
    Status rc;
    Data id = op->ft->getKey(op, "Id", &rc);
    if (rc.rc)
        return status(RC_INVALID_PARAMETER, "the key Id is missing");
    if (id.value.uint64 == 404)
        return status(RC_NOT_FOUND, "no such thing: 404");
    if (id.value.uint64 != 405)
        result->ft->returnInstance(result, everything((unsigned)id.value.uint64));
    return status(RC_OK, NULL);
}

static Status create(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op, const Instance *it)
{
    Status rc;
    Data text = it->ft->getProperty(it, "Text", &rc);
    if (rc.rc || text.state != S_good || strcmp(TEXT(text.value.string), "new"))
        return status(RC_INVALID_PARAMETER, "Text is not new");
    it->ft->getProperty(it, "U8", &rc);
    if (rc.rc != RC_NO_SUCH_PROPERTY || it->ft->getPropertyCount(it, NULL) != 1)
        return status(RC_INVALID_PARAMETER, "the instance has properties that nobody sent");
    /* The server's instance must not change by this. */
    it->ft->setProperty(it, "Text", (Value *)"changed by the provider", T_chars);
    result->ft->returnObjectPath(result, path(123));
    return status(RC_OK, NULL);
}

static Status modify(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op, const Instance *it, const char **properties)
{
    return properties && properties[0] && !strcmp(properties[0], "Text") && !properties[1] ? status(RC_OK, NULL) : status(RC_NOT_SUPPORTED, "only Text");
}

static Status delete(InstanceMI *mi, const Context *ctx, const Result *result, const Path *op)
{
    return status(2, "nobody may delete this");
}

static struct InstanceMIFT instance_table = {
    200, 200, "exercise", cleanup_instance, enum_names, enum_instances, get_instance, create, modify, delete, NULL,
};
static InstanceMI instance_mi = { NULL, &instance_table };

static struct MethodMIFT method_table = { 200, 200, "exercise", cleanup_method, invoke };
static MethodMI method_mi = { NULL, &method_table };

static char seen[200];
static const char *or_null(const char *text) { return text ? text : "-"; }

static Status return_seen(const Result *result)
{
    Instance *it = instance(1);
    it->ft->setProperty(it, "Text", (Value *)seen, T_chars);
    result->ft->returnInstance(result, it);
    return status(RC_OK, NULL);
}

static Status associators(AssociationMI *mi, const Context *ctx, const Result *result, const Path *op, const char *assoc, const char *class, const char *role, const char *result_role, const char **properties)
{
    snprintf(seen, sizeof seen, "%s %s %s %s", or_null(assoc), or_null(class), or_null(role), or_null(result_role));
    return return_seen(result);
}

static Status associator_names(AssociationMI *mi, const Context *ctx, const Result *result, const Path *op, const char *assoc, const char *class, const char *role, const char *result_role)
{
    result->ft->returnObjectPath(result, path(31));
    return status(RC_OK, NULL);
}

static Status references(AssociationMI *mi, const Context *ctx, const Result *result, const Path *op, const char *assoc, const char *role, const char **properties)
{
    snprintf(seen, sizeof seen, "%s %s", or_null(assoc), or_null(role));
    return return_seen(result);
}

static Status reference_names(AssociationMI *mi, const Context *ctx, const Result *result, const Path *op, const char *assoc, const char *role)
{
    result->ft->returnObjectPath(result, path(32));
    return status(RC_OK, NULL);
}

static struct AssociationMIFT association_table = {
    200, 200, "exercise", cleanup_association, associators, associator_names, references, reference_names,
};
static AssociationMI association_mi = { NULL, &association_table };

static Status authorize(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op, const char *owner)
{
    return strcmp(owner, "root") ? status(2, "only root") : status(RC_OK, NULL);
}

static Status must_poll(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op)
{
    return status(RC_NOT_SUPPORTED, NULL);
}

static Status activate(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op, uint8_t first)
{
    const char *text = TEXT(filter->ft->getString(filter, NULL));
    return !strncmp(text, "SELECT", 6) && !strcmp(class, "CIM_Indication") && first ? status(RC_OK, NULL) : status(RC_INVALID_PARAMETER, text);
}

static Status deactivate(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op, uint8_t last)
{
    return status(last ? RC_OK : RC_FAILED, NULL);
}

static void *deliver(void *prepared)
{
    Context *ctx = prepared;
    broker->bft->attachThread(broker, ctx);
    Instance *it = instance(55);
    it->ft->setProperty(it, "Text", (Value *)"delivered", T_chars);
    broker->bft->deliverIndication(broker, ctx, NS, it);
    broker->bft->detachThread(broker, ctx);
    return NULL;
}

static Status enable(IndicationMI *mi, const Context *ctx)
{
    pthread_t thread;
    pthread_create(&thread, NULL, deliver, broker->bft->prepareAttachThread(broker, ctx));
    pthread_join(thread, NULL);
    return status(RC_OK, NULL);
}

static Status disable(IndicationMI *mi, const Context *ctx)
{
    return status(RC_OK, NULL);
}

static struct IndicationMIFT indication_table = {
    200, 200, "exercise", cleanup_indication, authorize, must_poll, activate, deactivate, enable, disable,
};
static IndicationMI indication_mi = { NULL, &indication_table };

/* CMPI 2.0 has no way to say what mustPoll asks; many providers answer OK. */
static Status asked(IndicationMI *mi, const Context *ctx, const SelectExp *filter, const char *class, const Path *op)
{
    return status(RC_OK, NULL);
}

/* In CMPI 2.1 the answer stands in a result. */
static Status polled(IndicationMI *mi, const Context *ctx, const Result *result, const SelectExp *filter, const char *class, const Path *op)
{
    Value yes = { .boolean = 1 };
    result->ft->returnData(result, &yes, T_boolean);
    return status(RC_OK, NULL);
}

static struct IndicationMIFT asked_table = {
    200, 200, "asked", cleanup_indication, authorize, asked, activate, deactivate, enable, disable,
};
static struct IndicationMIFT polled_table = {
    210, 210, "polled", cleanup_indication, authorize, (void *)polled, activate, deactivate, enable, disable,
};
static IndicationMI asked_mi = { NULL, &asked_table };
static IndicationMI polled_mi = { NULL, &polled_table };

InstanceMI *Exercise_Create_InstanceMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    __sync_fetch_and_add(&factories, 1);
    usleep(50000);
    return &instance_mi;
}

MethodMI *Exercise_Create_MethodMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    return &method_mi;
}

AssociationMI *Exercise_Create_AssociationMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    return &association_mi;
}

IndicationMI *Exercise_Create_IndicationMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    return &indication_mi;
}

IndicationMI *Asked_Create_IndicationMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    return &asked_mi;
}

IndicationMI *Polled_Create_IndicationMI(const Broker *given, const Context *ctx, Status *rc)
{
    broker = given;
    return &polled_mi;
}

/* Any other name is served by the generic factory, which is told it. */
MethodMI *_Generic_Create_MethodMI(const Broker *given, const Context *ctx, const char *name, Status *rc)
{
    broker = given;
    if (!strcmp(name, "Refused")) {
        *rc = status(RC_FAILED, "refused by the factory");
        return NULL;
    }
    return &method_mi;
}
