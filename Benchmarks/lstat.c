// The floor of a no-op: one lstat for every path of a list, and nothing else.
//
//     lstat LIST      LIST: paths relative to the current directory, each ended by a line end
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

int main(int count, char **arguments) {
  if (count != 2) return 2;
  int list = open(arguments[1], O_RDONLY);
  struct stat status;
  if (list < 0 || fstat(list, &status) != 0) return 1;
  // A private mapping: line ends become the NULs that lstat wants, where the paths stand.
  char *path = mmap(NULL, status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, list, 0);
  if (path == MAP_FAILED) return 1;

  long found = 0;
  for (char *end = path + status.st_size; path < end;) {
    char *line = memchr(path, '\n', end - path);
    if (line == NULL) return 1;
    *line = '\0';
    if (lstat(path, &status) != 0) return 1;
    found++;
    path = line + 1;
  }
  printf("%ld\n", found);
  return 0;
}
