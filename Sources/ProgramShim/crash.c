// process_vm_readv, dladdr and the registers of a context are beyond POSIX.
#define _GNU_SOURCE
#include "program_shim.h"
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

// Entries are never freed, so that a handler on another thread may walk along them.
struct pvps_trace {
  char *path;
  atomic_bool is_live;
  pvps_trace *next, *spare;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(pvps_trace *) traces;
static pvps_trace *spares;
static atomic_flag is_handling = ATOMIC_FLAG_INIT;
static atomic_bool is_closed;

/// After a crash on another thread nothing begins or ends any more: the program is about to.
static void stay_open(void) {
  while (atomic_load(&is_closed))
    pause();
}

pvps_trace *pvps_trace_begin(const char *path) {
  stay_open();
  char *copy = strdup(path);
  if (!copy)
    return NULL;
  pthread_mutex_lock(&lock);
  pvps_trace *trace = spares;
  if (trace) {
    spares = trace->spare;
    free(trace->path);
  } else if ((trace = calloc(1, sizeof *trace))) {
    trace->next = atomic_load(&traces);
    atomic_store(&traces, trace);
  }
  if (trace) {
    trace->path = copy;
    atomic_store(&trace->is_live, true);
  } else {
    free(copy);
  }
  pthread_mutex_unlock(&lock);
  return trace;
}

void pvps_trace_end(pvps_trace *trace) {
  stay_open();
  if (!trace)
    return;
  pthread_mutex_lock(&lock);
  atomic_store(&trace->is_live, false);
  trace->spare = spares;
  spares = trace;
  pthread_mutex_unlock(&lock);
}

/// Files first; then folders, an inner one before the one around it.
static void remove_all(void) {
  for (pvps_trace *trace = atomic_load(&traces); trace; trace = trace->next)
    if (atomic_load(&trace->is_live))
      unlink(trace->path);
  for (bool is_removing = true; is_removing;) {
    is_removing = false;
    for (pvps_trace *trace = atomic_load(&traces); trace; trace = trace->next)
      if (atomic_load(&trace->is_live) && rmdir(trace->path) == 0)
        is_removing = true;
  }
}

static void remove_traces(void) {
  atomic_store(&is_closed, true);
  // Threads go on: one may be between the trace of a file and the file, and on a busy machine stay
  // there for a while.
  for (int pass = 0; pass < 10; pass++) {
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    remove_all();
  }
}

// MARK: Whose fault it is

typedef struct {
  const char *path;
  uintptr_t start, end; ///< of its code
} library;

enum { most_libraries = 16 };
static library libraries[most_libraries];
static atomic_int library_count;

static int find_code(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  library *found = context;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + part->p_vaddr;
    if (part->p_type == PT_LOAD && (part->p_flags & PF_X) && found->start >= start &&
        found->start < start + part->p_memsz) {
      found->start = start;
      found->end = start + part->p_memsz;
      return 1;
    }
  }
  return 0;
}

void pvps_watch_library(const char *path, const void *symbol) {
  pthread_mutex_lock(&lock);
  int count = atomic_load(&library_count);
  library found = {strdup(path), (uintptr_t)symbol, 0};
  if (count < most_libraries && found.path && dl_iterate_phdr(find_code, &found)) {
    libraries[count] = found;
    atomic_store(&library_count, count + 1);
  }
  pthread_mutex_unlock(&lock);
}

static const char *library_at(uintptr_t address) {
  for (int i = 0; i < atomic_load(&library_count); i++)
    if (address >= libraries[i].start && address < libraries[i].end)
      return libraries[i].path;
  return NULL;
}

/// Whether a call stands right before an address, as it does where one returns to.
static bool is_return(uintptr_t address) {
#if defined(__x86_64__)
  const uint8_t *code = (const uint8_t *)address;
  if (code[-5] == 0xE8)
    return true;
  for (int length = 2; length <= 7; length++)
    if (code[-length] == 0xFF && (code[-length + 1] & 0x38) == 0x10)
      return true;
  return false;
#elif defined(__aarch64__)
  uint32_t code = ((const uint32_t *)address)[-1];
  return code >> 26 == 0x25 || (code & 0xFFFFFC1F) == 0xD63F0000;
#else
  return false;
#endif
}

/// The library that called what led to an address.
static const char *caller_at(uintptr_t address) {
  const char *found = library_at(address);
  return found && library_at(address - 8) && is_return(address) ? found : NULL;
}

/// The library in which the fault lies, or that called what failed.
static const char *culprit(const ucontext_t *context) {
#if defined(__x86_64__)
  uintptr_t place = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
  uintptr_t stack = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
  uintptr_t place = context->uc_mcontext.pc, stack = context->uc_mcontext.sp;
#else
  uintptr_t place = 0, stack = 0;
#endif
  const char *found = library_at(place);
  if (found || atomic_load(&library_count) == 0)
    return found;
  // The kernel reads the stack, because a damaged one must not fault again.
  enum { words = 512, pages = 16 };
  static uintptr_t page[words];
  for (int i = 0; i < pages; i++) {
    struct iovec here = {page, sizeof page}, there = {(void *)stack, sizeof page};
    ssize_t count = process_vm_readv(getpid(), &here, 1, &there, 1, 0);
    for (ssize_t j = 0; j < count / (ssize_t)sizeof *page; j++)
      if ((found = caller_at(page[j])))
        return found;
    if (count < (ssize_t)sizeof page)
      return NULL;
    stack += sizeof page;
  }
  return NULL;
}

// MARK: The signal

typedef struct {
  int number;
  const char *name;
  struct sigaction before;
} fault;

static fault faults[] = {
    {.number = SIGSEGV, .name = "segmentation fault"}, {.number = SIGBUS, .name = "bus error"},
    {.number = SIGILL, .name = "illegal instruction"}, {.number = SIGTRAP, .name = "trap"},
    {.number = SIGFPE, .name = "arithmetic error"},    {.number = SIGABRT, .name = "aborted"},
};
static char subject[512];
static bool is_chained;

static size_t append(char *line, size_t size, size_t length, const char *text) {
  while (*text && length + 2 < size)
    line[length++] = *text++;
  return length;
}

static void handle(int number, siginfo_t *info, void *context) {
  // Another thread has crashed too: the first one ends the program.
  while (atomic_flag_test_and_set(&is_handling))
    pause();
  fault *own = faults;
  while (own->number != number)
    own++;
  static char line[2048];
  const char *path = culprit(context);
  size_t length = append(line, sizeof line, 0, subject);
  length = append(line, sizeof line, length, path ? ": the plug-in '" : ": crashed (");
  if (path) {
    length = append(line, sizeof line, length, path);
    length = append(line, sizeof line, length, "' crashed (");
  }
  length = append(line, sizeof line, length, own->name);
  length = append(line, sizeof line, length, ")");
  line[length++] = '\n';
  ssize_t written = write(STDERR_FILENO, line, length);
  (void)written;
  remove_traces();
  sigaction(number, &own->before, NULL);
  // What faults does so again when this returns, and then as the handler from before wants it.
  if (info->si_code <= 0 || number == SIGTRAP)
    raise(number);
}

void pvps_catch_crashes(const char *who) {
  // A stack that has run out has no room for a handler.
  static char room[65536];
  stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
  sigaltstack(&stack, NULL);
  strncpy(subject, who, sizeof subject - 1);
  is_chained = getenv("SWIFT_BACKTRACE") != NULL;
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    sigaction(faults[i].number, &action, &faults[i].before);
    if (!is_chained)
      faults[i].before = (struct sigaction){.sa_handler = SIG_DFL};
  }
}

// MARK: Who is told to stop

static void stop(int number) {
  (void)number;
  if (!atomic_flag_test_and_set(&is_handling))
    remove_traces();
  _exit(130);
}

void pvps_catch_interruptions(void) {
  struct sigaction action = {.sa_handler = stop}, before;
  sigemptyset(&action.sa_mask);
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
      sigaction(numbers[i], &action, NULL);
}
