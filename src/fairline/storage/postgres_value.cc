// Doubles are written in the shortest form that reads back to the same bits, by both sides.
#include "fairline/storage/postgres_value.h"

#include <charconv>
#include <cstring>

#include "fairline/core/encoding.h"

namespace fairline {
namespace {

enum Format { kText = 0, kBinary = 1 };

// Type numbers of the server's catalogue, fixed since its beginnings.
enum Type : Oid {
  kBool = 16,
  kBytes = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kFloat4 = 700,
  kFloat8 = 701,
  kNumeric = 1700,
};

template <typename Number>
Result<Value> ParseNumber(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // A NUMERIC may lie outside of double; from_chars then leaves the number as it was.
  if (error != std::errc() || end != text.data() + text.size()) {
    return Fail(ErrorCode::kInternal, "the database failed", "PostgreSQL: a number out of range");
  }
  return number;
}

Result<Value> ParseValue(std::string_view text, Oid type) {
  switch (type) {
    case kBool:
      return int64_t{text == "t"};
    case kInt2:
    case kInt4:
    case kInt8:
      return ParseNumber<int64_t>(text);
    case kFloat4:
    case kFloat8:
    case kNumeric:
      return ParseNumber<double>(text);
    case kBytes:  // \x and two digits per byte
      return Blob{FAIRLINE_TRY(FromHex(text.substr(2)))};
    default:
      return std::string(text);
  }
}

}  // namespace

void PostgresParameters::Start(size_t count) {
  texts_.clear();
  lengths_.clear();
  formats_.clear();
  if (numbers_.size() < count) numbers_.resize(count);
}

void PostgresParameters::Add(const char* text, size_t length, int format) {
  texts_.push_back(text);
  lengths_.push_back(static_cast<int>(length));
  formats_.push_back(format);
}

Status PostgresParameters::Add(std::span<const Value> values) {
  for (const Value& value : values) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      if (std::memchr(text->data(), 0, text->size()) != nullptr) {
        return Fail(ErrorCode::kFailedPrecondition,
                    "a text with a zero character cannot be stored in PostgreSQL");
      }
      Add(text->c_str(), text->size(), kText);
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      Add(blob->bytes.data(), blob->bytes.size(), kBinary);
    } else if (std::holds_alternative<std::monostate>(value)) {
      Add(nullptr, 0, kText);
    } else {
      Number& digits = numbers_[texts_.size()];
      char* const last = digits.data() + digits.size() - 1;
      const auto* integer = std::get_if<int64_t>(&value);
      const auto written = integer != nullptr
                               ? std::to_chars(digits.data(), last, *integer)
                               : std::to_chars(digits.data(), last, std::get<double>(value));
      *written.ptr = '\0';
      Add(digits.data(), static_cast<size_t>(written.ptr - digits.data()), kText);
    }
  }
  return {};
}

Result<std::vector<Row>> PostgresRows(const PGresult* result) {
  const int row_count = PQntuples(result);
  const int columns = PQnfields(result);
  std::vector<Row> rows(static_cast<size_t>(row_count));
  for (int i = 0; i < row_count; ++i) {
    Row& row = rows[static_cast<size_t>(i)];
    row.reserve(static_cast<size_t>(columns));
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(result, i, column) != 0) {
        row.emplace_back();
        continue;
      }
      const std::string_view text(PQgetvalue(result, i, column),
                                  static_cast<size_t>(PQgetlength(result, i, column)));
      row.push_back(FAIRLINE_TRY(ParseValue(text, PQftype(result, column))));
    }
  }
  return rows;
}

}  // namespace fairline
