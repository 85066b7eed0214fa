#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 1
#include "ctoml.h"

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <string>
#include <string_view>
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#include <toml++/toml.h>
#pragma clang diagnostic pop
#include <utility>
#include <vector>

namespace {

struct Teller {
  ctoml_receiver receiver;
  void *context;

  void event(ctoml_event kind, std::string_view text, const toml::source_position &place) const {
    receiver(context, kind, text.data(), text.size(), place.line, place.column);
  }

  template <typename Value>
  void printed(ctoml_event kind, const Value &value, const toml::source_position &place) const {
    std::ostringstream stream;
    stream << value;
    event(kind, stream.str(), place);
  }

  /// toml++ keeps a table sorted by its keys; people wrote it in another order.
  void table(const toml::table &table) const {
    std::vector<std::pair<const toml::key *, const toml::node *>> entries;
    for (auto &&[key, node] : table) entries.emplace_back(&key, &node);
    std::sort(entries.begin(), entries.end(), [](auto &left, auto &right) {
      auto &first = left.first->source().begin, &second = right.first->source().begin;
      return first.line != second.line ? first.line < second.line : first.column < second.column;
    });
    event(ctoml_table_begins, {}, table.source().begin);
    for (auto [key, node] : entries) {
      event(ctoml_key, key->str(), key->source().begin);
      tell(*node);
    }
    event(ctoml_ends, {}, table.source().end);
  }

  void tell(const toml::node &node) const {
    auto &place = node.source().begin;
    if (auto *inner = node.as_table()) return table(*inner);
    if (auto *list = node.as_array()) {
      event(ctoml_list_begins, {}, place);
      for (auto &item : *list) tell(item);
      return event(ctoml_ends, {}, node.source().end);
    }
    if (auto *text = node.as_string()) return event(ctoml_string, text->get(), place);
    if (auto *flag = node.as_boolean()) return event(ctoml_boolean, flag->get() ? "true" : "false", place);
    if (auto *number = node.as_integer()) return event(ctoml_integer, std::to_string(number->get()), place);
    if (auto *number = node.as_floating_point()) {
      char digits[40];
      std::snprintf(digits, sizeof digits, "%.17g", number->get());
      return event(ctoml_float, digits, place);
    }
    if (auto *date = node.as_date()) return printed(ctoml_time, date->get(), place);
    if (auto *time = node.as_time()) return printed(ctoml_time, time->get(), place);
    if (auto *both = node.as_date_time()) return printed(ctoml_time, both->get(), place);
  }
};

}  // namespace

extern "C" int ctoml_parse(const char *text, size_t size, ctoml_receiver receiver, void *context, unsigned *line,
                           unsigned *column, char *message, size_t capacity) {
  toml::parse_result result = toml::parse(std::string_view(text, size));
  if (!result) {
    auto &error = result.error();
    *line = error.source().begin.line;
    *column = error.source().begin.column;
    std::snprintf(message, capacity, "%.*s", static_cast<int>(error.description().size()), error.description().data());
    return 1;
  }
  Teller{receiver, context}.table(result.table());
  return 0;
}
