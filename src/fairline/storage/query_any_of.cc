// The last statement is filled up with its last value, which finds nothing twice.
#include "fairline/storage/query_any_of.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace fairline {
namespace {

constexpr size_t kValuesOfAStatement[] = {1, 16, 128};

// The smallest that holds them all, or the largest.
size_t SizeFor(size_t values) {
  const auto size = std::ranges::lower_bound(kValuesOfAStatement, values);
  return size == std::end(kValuesOfAStatement) ? *std::rbegin(kValuesOfAStatement) : *size;
}

std::string Statement(std::string_view select, size_t values, std::string_view tail) {
  std::string sql(select);
  for (size_t i = 1; i <= values; ++i) sql += fmt::format("{}${}", i == 1 ? " (" : ", ", i);
  return sql.append(")").append(tail);
}

}  // namespace

Status QueryAnyOf(Transaction& transaction, std::string_view select, std::span<const Value> values,
                  std::string_view tail, const std::function<Status(const Row&)>& found) {
  while (!values.empty()) {
    const size_t size = SizeFor(values.size());
    const size_t count = std::min(size, values.size());
    std::vector<Value> parameters(values.begin(), values.begin() + static_cast<ptrdiff_t>(count));
    parameters.resize(size, values[count - 1]);
    for (const Row& row :
         FAIRLINE_TRY(transaction.Query(Statement(select, size, tail), parameters))) {
      FAIRLINE_TRY(found(row));
    }
    values = values.subspan(count);
  }
  return {};
}

}  // namespace fairline
