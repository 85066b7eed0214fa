#define _GNU_SOURCE
#include "csystem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int csystem_reflink(int target, int source) { return ioctl(target, FICLONE, source); }

int csystem_syncfs(int descriptor) { return syncfs(descriptor); }

int csystem_openat(int directory, const char *path, int flags, mode_t mode) {
  return openat(directory, path, flags | O_CLOEXEC, mode);
}

int csystem_spawn(pid_t *pid, char *const argv[], char *const envp[], const char *directory,
                  int input, int output, int error) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGTERM);
  sigaddset(&defaults, SIGPIPE);

  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addchdir_np(&actions, directory);
  posix_spawn_file_actions_adddup2(&actions, input, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, error, 2);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int failure = posix_spawn(pid, argv[0], &actions, &attributes, argv, envp);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

/// In the supervisor: ends as the program ended.
static void end_like(int status) {
  if (WIFSIGNALED(status)) {
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
  }
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 127);
}

/// In the supervisor: waits for the program, or for the end of the process at the other end of `lifeline`.
/// A signal that is meant to end the group is the program's to obey: the supervisor stays to tell how it ended.
static void supervise(pid_t program, int lifeline) {
  signal(SIGTERM, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  int program_end = pidfd_open(program, 0);
  struct pollfd waits[2] = {{.fd = lifeline, .events = POLLIN}, {.fd = program_end, .events = POLLIN}};
  for (;;) {
    int status;
    if (waitpid(program, &status, WNOHANG) == program) end_like(status);
    // Without a pidfd the program's end is looked for now and then.
    poll(waits, program_end < 0 ? 1 : 2, program_end < 0 ? 50 : -1);
    if (waits[0].revents != 0) kill(0, SIGKILL);
  }
}

/// This process keeps the lifeline's writing end until it dies; nobody inherits it.
static int lifeline[2] = {-1, -1};

static void make_lifeline(void) {
  if (pipe2(lifeline, O_CLOEXEC) != 0) lifeline[0] = lifeline[1] = -1;
}

int csystem_spawn_supervised(pid_t *pid, char *const argv[], char *const envp[], const char *directory,
                             int input, int output, int error) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_lifeline);
  if (lifeline[0] < 0) return EMFILE;
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return errno;

  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t supervisor = fork();
  if (supervisor == 0) {
    // Only calls that are safe between fork and exec of a process with threads.
    int failure = 0;
    setpgid(0, 0);
    close(lifeline[1]);
    close(report[0]);
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    pid_t program = fork();
    if (program == 0) {
      if (dup2(input, 0) >= 0 && dup2(output, 1) >= 0 && dup2(error, 2) >= 0 && chdir(directory) == 0) {
        execve(argv[0], argv, envp);
      }
      failure = errno;
      (void)!write(report[1], &failure, sizeof failure);
      _exit(127);
    }
    if (program < 0) {
      failure = errno;
      (void)!write(report[1], &failure, sizeof failure);
      _exit(127);
    }
    // The program's own end of its output is the only one that counts.
    if (lifeline[0] > 0) close_range(0, lifeline[0] - 1, 0);
    close_range(lifeline[0] + 1, ~0U, 0);
    supervise(program, lifeline[0]);
  }
  int failure = supervisor < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(report[1]);
  if (supervisor > 0) {
    // Both sides set the group, so that it is set whoever comes first.
    setpgid(supervisor, supervisor);
    ssize_t count;
    while ((count = read(report[0], &failure, sizeof failure)) < 0 && errno == EINTR) {}
    if (count == (ssize_t)sizeof failure) waitpid(supervisor, NULL, 0);
    *pid = supervisor;
  }
  close(report[0]);
  return failure;
}

int csystem_remove_tree(int directory, const char *path) {
  if (unlinkat(directory, path, 0) == 0 || errno == ENOENT || errno == ENOTDIR) return 0;
  if (errno != EISDIR && errno != EPERM) return -1;
  int descriptor = openat(directory, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return errno == ENOENT ? 0 : -1;
  DIR *stream = fdopendir(descriptor);
  if (stream == NULL) {
    close(descriptor);
    return -1;
  }
  struct dirent *entry;
  int result = 0;
  while (result == 0 && (entry = readdir(stream)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    result = csystem_remove_tree(dirfd(stream), entry->d_name);
  }
  int failure = errno;
  closedir(stream);
  if (result != 0) {
    errno = failure;
    return -1;
  }
  return unlinkat(directory, path, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -1;
}

int csystem_wait_for_end(pid_t pid, int milliseconds) {
  siginfo_t info;
  info.si_pid = 0;
  int process_end = milliseconds < 0 ? -1 : pidfd_open(pid, 0);
  if (process_end >= 0) {
    struct pollfd wait = {.fd = process_end, .events = POLLIN};
    while (poll(&wait, 1, milliseconds) < 0 && errno == EINTR) {}
    close(process_end);
  } else if (milliseconds > 0) {
    // Without a pidfd the end is looked for once at the end of the time.
    poll(NULL, 0, milliseconds);
  }
  int flags = WEXITED | WNOWAIT | (milliseconds < 0 ? 0 : WNOHANG);
  while (waitid(P_PID, pid, &info, flags) < 0) {
    if (errno != EINTR) return 1;
  }
  return info.si_pid == pid;
}

int csystem_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int csystem_exit_code(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int csystem_ending_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
