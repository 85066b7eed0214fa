// TOML by toml++, told as events: SwiftPM needs C's language to reach C++ without its interoperability mode.
#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  ctoml_table_begins,
  ctoml_list_begins,
  /// A table or list ends.
  ctoml_ends,
  /// The key of the value that comes next.
  ctoml_key,
  ctoml_string,
  ctoml_integer,
  ctoml_float,
  ctoml_boolean,
  /// A date, a time, or both.
  ctoml_time,
} ctoml_event;

/// Gets each event in the document's order. `text` is not ended by a NUL; lines and columns count from 1.
typedef void (*ctoml_receiver)(void *context, ctoml_event event, const char *text, size_t size, unsigned line,
                               unsigned column);

/// Parses a document and tells it. Returns 0; for a text that is not TOML 1, with the error's place and words in
/// `line`, `column` and `message` (at most `capacity` bytes with its NUL), before any event.
int ctoml_parse(const char *text, size_t size, ctoml_receiver receiver, void *context, unsigned *line,
                unsigned *column, char *message, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
