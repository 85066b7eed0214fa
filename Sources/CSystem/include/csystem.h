// The few Linux calls that Swift's Glibc module leaves out: variadic, GNU-only, or macros.
#ifndef CSYSTEM_H
#define CSYSTEM_H

#include <stdint.h>
#include <sys/types.h>

/// Shares `source`'s blocks with the empty file `target` (FICLONE). 0, or -1 with errno.
int csystem_reflink(int target, int source);

/// Flushes the whole file system that holds `descriptor`.
int csystem_syncfs(int descriptor);

/// Opens a file with a mode (open's variadic form).
int csystem_openat(int directory, const char *path, int flags, mode_t mode);

/// Starts argv[0] in a process group of its own, in `directory`.
/// The three descriptors become its standard input, output and error.
/// Returns 0, or an errno.
int csystem_spawn(pid_t *pid, char *const argv[], char *const envp[], const char *directory,
                  int input, int output, int error);

/// Like csystem_spawn, under a supervisor: when this process dies, however that happens, the whole process
/// group of the program is killed. `pid` is the supervisor's, and also the group's; it ends as the program does.
/// Returns 0, or an errno.
int csystem_spawn_supervised(pid_t *pid, char *const argv[], char *const envp[], const char *directory,
                             int input, int output, int error);

/// Removes a file, or a directory with all that is in it, whatever the names; links are removed, not followed.
/// 0, or -1 with errno; what does not exist is no error.
int csystem_remove_tree(int directory, const char *path);

/// Waits until a child process has ended, at most so many milliseconds (negative: without end), and does not
/// reap it. 1 where it has ended, else 0.
int csystem_wait_for_end(pid_t pid, int milliseconds);

/// A pipe whose ends are both close-on-exec.
int csystem_pipe(int ends[2]);

/// The exit code of a wait status, or 128 + the signal that ended the process.
int csystem_exit_code(int status);

/// The signal that ended the process, or 0 when it exited by itself.
int csystem_ending_signal(int status);

/// "type" of a directory entry as `d_type` has it.
enum { CSYSTEM_DT_UNKNOWN = 0, CSYSTEM_DT_DIR = 4, CSYSTEM_DT_REG = 8, CSYSTEM_DT_LNK = 10 };

#endif
