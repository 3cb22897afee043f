#define _GNU_SOURCE
#include "program_shim.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void close_both(const int ends[2]) {
  close(ends[0]);
  close(ends[1]);
}

int pvps_pipe(int ends[2]) {
  int raw[2];
  if (pipe2(raw, O_CLOEXEC) < 0)
    return errno;
  ends[0] = fcntl(raw[0], F_DUPFD_CLOEXEC, 3);
  ends[1] = fcntl(raw[1], F_DUPFD_CLOEXEC, 3);
  int code = ends[0] < 0 || ends[1] < 0 ? errno : 0;
  close_both(raw);
  if (code) {
    for (int i = 0; i < 2; i++)
      if (ends[i] >= 0)
        close(ends[i]);
    return code;
  }
  return 0;
}

/// What the child does before it becomes the program: calls that are safe after a fork only.
static void become(const char *path, const char *const *arguments, const char *const *environment,
                   pid_t parent, const int streams[3], int failure) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have died before the line above.
  if (getppid() != parent)
    _exit(127);
  for (int number = 1; number < NSIG; number++)
    if (number != SIGKILL && number != SIGSTOP)
      signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int i = 0; i < 3; i++)
    dup2(streams[i], i);
#ifdef SYS_close_range
  // Files that this program has opened without O_CLOEXEC are not the child's.
  const unsigned close_on_exec = 4;
  syscall(SYS_close_range, 3, ~0U, close_on_exec);
#endif
  execve(path, (char *const *)arguments, (char *const *)environment);
  int code = errno;
  while (write(failure, &code, sizeof code) < 0 && errno == EINTR)
    ;
  _exit(127);
}

/// A fork that calls nobody's fork handlers: those of OpenBLAS end its threads, for which another
/// thread, in the middle of a product, would wait forever.
static pid_t plain_fork(void) { return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }

static int open_pipes(int pipes[4][2]) {
  for (int i = 0; i < 4; i++) {
    int code = pvps_pipe(pipes[i]);
    if (!code)
      continue;
    while (--i >= 0)
      close_both(pipes[i]);
    return code;
  }
  return 0;
}

int pvps_start(const char *path, const char *const *arguments, const char *const *environment,
               pvps_program *program) {
  enum { input, output, errors, failure };
  int pipes[4][2];
  int code = open_pipes(pipes);
  if (code)
    return code;
  pid_t parent = getpid();
  pid_t pid = plain_fork();
  if (pid == 0) {
    const int streams[3] = {pipes[input][0], pipes[output][1], pipes[errors][1]};
    become(path, arguments, environment, parent, streams, pipes[failure][1]);
  }
  if (pid < 0)
    code = errno;
  close(pipes[input][0]);
  for (int i = output; i <= failure; i++)
    close(pipes[i][1]);
  if (pid > 0) {
    // The pipe closes when the child becomes the program.
    ssize_t count;
    while ((count = read(pipes[failure][0], &code, sizeof code)) < 0 && errno == EINTR)
      ;
    if (count != sizeof code)
      code = 0;
  }
  close(pipes[failure][0]);
  if (code) {
    if (pid > 0)
      pvps_reap(pid);
    close(pipes[input][1]);
    close(pipes[output][0]);
    close(pipes[errors][0]);
    return code;
  }
  *program = (pvps_program){pid, pipes[input][1], pipes[output][0], pipes[errors][0]};
  const int ends[3] = {program->input, program->output, program->errors};
  for (int i = 0; i < 3; i++)
    fcntl(ends[i], F_SETFL, fcntl(ends[i], F_GETFL) | O_NONBLOCK);
  return 0;
}

void pvps_wait(pid_t pid) {
  siginfo_t info;
  while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
    ;
}

pvps_end pvps_reap(pid_t pid) {
  kill(-pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
    ;
  pvps_end end = {0, 0};
  if (WIFSIGNALED(status))
    end.signal = WTERMSIG(status);
  else
    end.code = WEXITSTATUS(status);
  return end;
}

ssize_t pvps_write(int file, const void *bytes, size_t count) {
  sigset_t broken_pipe, before, pending;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  sigpending(&pending);
  int was_pending = sigismember(&pending, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
  ssize_t written = write(file, bytes, count);
  int code = errno;
  if (written < 0 && code == EPIPE && !was_pending) {
    const struct timespec now = {0, 0};
    while (sigtimedwait(&broken_pipe, NULL, &now) < 0 && errno == EINTR)
      ;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = code;
  return written;
}
