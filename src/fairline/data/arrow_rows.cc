#include "fairline/data/arrow_rows.h"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fairline/core/check.h"

namespace fairline {
namespace {

// A struct array or schema and its children share what they point to: the interface lets a consumer
// take a child out and release it later than its parent.

struct SharedSchema {
  std::vector<std::string> names;
  std::vector<ArrowSchema> fields;
  std::vector<ArrowSchema*> children;
};

struct SharedRows {
  struct Values {
    std::vector<uint8_t> validity;
    std::vector<double> doubles;
    std::vector<int64_t> integers;
    std::vector<int32_t> offsets;
    std::string bytes;
    std::array<const void*, 3> buffers{};
  };
  std::vector<Values> columns;
  std::vector<ArrowArray> arrays;
  std::vector<ArrowArray*> children;
  std::array<const void*, 1> no_validity{};
};

template <typename Shared, typename Struct>
void Release(Struct* released) {
  for (int64_t i = 0; i < released->n_children; ++i) {
    Struct* child = released->children[i];
    if (child->release != nullptr) child->release(child);
  }
  released->release = nullptr;
  delete static_cast<std::shared_ptr<Shared>*>(released->private_data);
}

/// What `whole` promises of a number.
bool IsInt64(double number) {
  constexpr double kBound = 9223372036854775808.0;  // 2^63
  return std::trunc(number) == number && number >= -kBound && number < kBound;
}

Status AddNumbers(const Column& column, bool whole, size_t begin, size_t count,
                  SharedRows::Values& values) {
  for (size_t row = begin; row < begin + count; ++row) {
    const double number = column.IsMissing(row) ? 0 : column.numbers[row];
    if (!whole) {
      values.doubles.push_back(number);
    } else if (IsInt64(number)) {
      values.integers.push_back(static_cast<int64_t>(number));
    } else {
      return Fail(ErrorCode::kInternal,
                  fmt::format("column {}: {} is not a whole number", column.name, number));
    }
  }
  values.buffers[1] = whole ? static_cast<const void*>(values.integers.data())
                            : static_cast<const void*>(values.doubles.data());
  return {};
}

Status AddTexts(const Column& column, size_t begin, size_t count, SharedRows::Values& values) {
  values.offsets.push_back(0);
  for (size_t row = begin; row < begin + count; ++row) {
    if (!column.IsMissing(row)) {
      values.bytes += column.vocabulary[static_cast<size_t>(column.codes[row])];
    }
    if (values.bytes.size() > std::numeric_limits<int32_t>::max()) {
      return Fail(ErrorCode::kTooLarge,
                  fmt::format("column {}: more than 2 GB of text in {} rows", column.name, count));
    }
    values.offsets.push_back(static_cast<int32_t>(values.bytes.size()));
  }
  values.buffers[1] = values.offsets.data();
  values.buffers[2] = values.bytes.data();
  return {};
}

Status AddColumn(const Column& column, bool whole, size_t begin, size_t count,
                 SharedRows::Values& values, ArrowArray& array) {
  values.validity.resize((count + 7) / 8);
  for (size_t i = 0; i < count; ++i) {
    const bool missing = column.IsMissing(begin + i);
    if (!missing) values.validity[i / 8] |= static_cast<uint8_t>(1 << i % 8);
    array.null_count += missing ? 1 : 0;
  }
  values.buffers[0] = values.validity.data();
  array.length = static_cast<int64_t>(count);
  array.n_buffers = column.type == ColumnType::kNumeric ? 2 : 3;
  array.buffers = values.buffers.data();
  return column.type == ColumnType::kNumeric ? AddNumbers(column, whole, begin, count, values)
                                             : AddTexts(column, begin, count, values);
}

}  // namespace

void ExportSchema(const TableSchema& columns, ArrowSchema* schema) {
  auto shared = std::make_shared<SharedSchema>();
  shared->fields.resize(columns.size());
  for (const ColumnSchema& column : columns) shared->names.push_back(column.name);
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool numeric = columns[i].type == ColumnType::kNumeric;
    shared->fields[i] = {.format = !numeric           ? "u"
                                   : columns[i].whole ? "l"
                                                      : "g",
                         .name = shared->names[i].c_str(),
                         .flags = ARROW_FLAG_NULLABLE,
                         .release = Release<SharedSchema, ArrowSchema>,
                         .private_data = new std::shared_ptr(shared)};
    shared->children.push_back(&shared->fields[i]);
  }
  *schema = {.format = "+s",
             .name = "",
             .n_children = static_cast<int64_t>(columns.size()),
             .children = shared->children.data(),
             .release = Release<SharedSchema, ArrowSchema>,
             .private_data = new std::shared_ptr(shared)};
}

Status ExportRows(const Table& table, const TableSchema& columns, size_t begin, size_t count,
                  ArrowArray* rows) {
  FAIRLINE_CHECK(table.columns().size() == columns.size(), "a table has the columns of the schema");
  auto shared = std::make_shared<SharedRows>();
  shared->columns.resize(columns.size());
  shared->arrays.resize(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    FAIRLINE_CHECK(table.column(i).type == columns[i].type, "the types are those of the schema");
    FAIRLINE_TRY(AddColumn(table.column(i), columns[i].whole, begin, count, shared->columns[i],
                           shared->arrays[i]));
  }
  for (ArrowArray& array : shared->arrays) {
    array.release = Release<SharedRows, ArrowArray>;
    array.private_data = new std::shared_ptr(shared);
    shared->children.push_back(&array);
  }
  *rows = {.length = static_cast<int64_t>(count),
           .n_buffers = 1,
           .n_children = static_cast<int64_t>(columns.size()),
           .buffers = shared->no_validity.data(),
           .children = shared->children.data(),
           .release = Release<SharedRows, ArrowArray>,
           .private_data = new std::shared_ptr(shared)};
  return {};
}

}  // namespace fairline
