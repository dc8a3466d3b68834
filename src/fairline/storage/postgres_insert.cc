// Reads no more of SQL than the words and the parentheses around the tuple; text in quotes makes it
// give up, as the statements of this program have their values in parameters.
#include "fairline/storage/postgres_insert.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace fairline {
namespace {

constexpr std::string_view kValues = "VALUES";

std::string UpperCase(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

// Where the parenthesis that opens at `open` closes, one past it; npos when it does not.
size_t EndOfTuple(std::string_view sql, size_t open) {
  int depth = 0;
  for (size_t at = open; at < sql.size(); ++at) {
    if (sql[at] == '(') ++depth;
    if (sql[at] == ')' && --depth == 0) return at + 1;
  }
  return std::string_view::npos;
}

// Appends the tuple with every $k as $(k + offset).
void AppendTuple(std::string& sql, std::string_view tuple, size_t offset) {
  for (size_t at = 0; at < tuple.size();) {
    if (tuple[at] != '$') {
      sql += tuple[at++];
      continue;
    }
    size_t number = 0;
    const char* const end = tuple.data() + tuple.size();
    const auto read = std::from_chars(tuple.data() + at + 1, end, number);
    sql += fmt::format("${}", number + offset);
    at = static_cast<size_t>(read.ptr - tuple.data());
  }
}

}  // namespace

std::optional<std::string> RepeatValues(std::string_view insert, size_t parameters, size_t rows) {
  const std::string upper = UpperCase(insert);
  if (upper.find_first_of("'\"") != std::string::npos) return std::nullopt;
  const size_t values = upper.find(kValues);
  if (values == std::string::npos || upper.find("DO UPDATE") != std::string::npos) {
    return std::nullopt;
  }
  const size_t open = upper.find_first_not_of(" \n", values + kValues.size());
  if (open == std::string::npos || upper[open] != '(') return std::nullopt;
  const size_t end = EndOfTuple(insert, open);
  if (end == std::string::npos) return std::nullopt;
  const std::string_view tail = insert.substr(end);
  const size_t next = tail.find_first_not_of(" \n");
  const bool another_tuple = next != std::string_view::npos && tail[next] == ',';
  if (another_tuple || tail.contains('$')) return std::nullopt;

  std::string sql(insert.substr(0, open));
  for (size_t row = 0; row < rows; ++row) {
    if (row > 0) sql += ", ";
    AppendTuple(sql, insert.substr(open, end - open), row * parameters);
  }
  return sql += tail;
}

}  // namespace fairline
