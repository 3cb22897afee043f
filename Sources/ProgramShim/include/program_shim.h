#pragma once
#include <stddef.h>
#include <sys/types.h>

/// Programs as children that never outlive this one, over Linux and POSIX.
///
/// A child leads a process group of its own. It is killed when the thread that started it ends, and
/// so when this program is killed: that thread must wait for the child's end.

typedef struct {
  pid_t pid;
  int input;  ///< writes to the child's standard input; all three do not block
  int output; ///< reads its standard output
  int errors; ///< reads its standard error
} pvps_program;

/// Starts the program at `path`; both lists end with a null pointer. 0, or an errno.
int pvps_start(const char *path, const char *const *arguments, const char *const *environment,
               pvps_program *program);

/// Waits until the child has ended; its process id stays taken until it is reaped.
void pvps_wait(pid_t pid);

/// How a child has ended: its exit code, or the signal that ended it and else 0.
typedef struct {
  int code;
  int signal;
} pvps_end;

/// Kills what is left of the child's group and releases its process id.
pvps_end pvps_reap(pid_t pid);

/// Writes like `write`, but a reader that is gone gives EPIPE without a signal; -1 with `errno`.
ssize_t pvps_write(int file, const void *bytes, size_t count);

/// A pipe whose ends close on exec and lie above the standard streams. 0, or an errno.
int pvps_pipe(int ends[2]);

/// Gives pages of this program's heap that hold nothing back to the system.
void pvps_trim_heap(void);

/// What a crash takes along: the sentence that it leaves, and files that are half made.

/// From now on a signal that ends this program for a fault of its own (SIGSEGV, SIGABRT, ...)
/// writes one sentence that begins with `who` to standard error and removes what is kept by
/// `pvps_trace`. Where SWIFT_BACKTRACE is set, the handlers from before come after it.
void pvps_catch_crashes(const char *who);

/// From now on SIGINT, SIGTERM and SIGHUP, unless they are ignored, remove what is kept by
/// `pvps_trace` and end the program with 130.
void pvps_catch_interruptions(void);

/// Lets the sentence name the library at `path` where the fault lies in it; `symbol` is an address
/// in its code.
void pvps_watch_library(const char *path, const void *symbol);

/// A file or an empty folder that is gone after a crash.
typedef struct pvps_trace pvps_trace;

/// Begins to keep the absolute `path` in mind; null where memory is out.
pvps_trace *pvps_trace_begin(const char *path);

/// Forgets the path; `trace` may be null.
void pvps_trace_end(pvps_trace *trace);
