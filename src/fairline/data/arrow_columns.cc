#include "fairline/data/arrow_columns.h"

#include <fmt/core.h>

#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fairline/core/utf8.h"
#include "fairline/data/arrow_cells.h"
#include "fairline/data/arrow_type.h"

namespace fairline {
namespace {

using Kind = ArrowType::Kind;

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

std::unexpected<ArrowCellFault> At(int64_t row, std::string message) {
  return std::unexpected(ArrowCellFault{row, std::move(message)});
}

}  // namespace

struct ArrowColumnBuilder::State {
  std::expected<void, ArrowCellFault> AppendPlain(const ArrowCells& cells, int64_t begin,
                                                  int64_t count);
  std::expected<void, ArrowCellFault> AppendIndexed(const ArrowCells& indexes,
                                                    const ArrowCells& words, int64_t begin,
                                                    int64_t count);
  void AddMissing();
  Status AddValue(const ArrowCells& cells, int64_t row);
  Result<int32_t> CodeOf(std::string_view text);

  bool is_id = false;
  ArrowType type;                  // of the values
  std::optional<ArrowType> index;  // of a column with a dictionary
  Column column;
  std::unordered_map<std::string, int32_t, TextHash, std::equal_to<>> codes;
  std::string scratch;
};

ArrowColumnBuilder::ArrowColumnBuilder(std::unique_ptr<State> state) : state_(std::move(state)) {}
ArrowColumnBuilder::ArrowColumnBuilder(ArrowColumnBuilder&&) noexcept = default;
ArrowColumnBuilder& ArrowColumnBuilder::operator=(ArrowColumnBuilder&&) noexcept = default;
ArrowColumnBuilder::~ArrowColumnBuilder() = default;

Result<ArrowColumnBuilder> ArrowColumnBuilder::Create(const ArrowSchema& schema, bool is_id) {
  auto state = std::make_unique<State>();
  state->is_id = is_id;
  const ArrowSchema* values = &schema;
  if (schema.dictionary != nullptr) {
    state->index = FAIRLINE_TRY(ParseArrowType(schema.format));
    values = schema.dictionary;
    const bool whole = state->index->kind == Kind::kSigned || state->index->kind == Kind::kUnsigned;
    if (!whole || values->dictionary != nullptr) {
      return Fail(ErrorCode::kUnsupported, "has a type that is not known here");
    }
  }
  state->type = FAIRLINE_TRY(ParseArrowType(values->format));
  const bool text = is_id || state->type.column_type() == ColumnType::kCategorical;
  state->column.type = text ? ColumnType::kCategorical : ColumnType::kNumeric;
  return ArrowColumnBuilder(std::move(state));
}

void ArrowColumnBuilder::Reserve(size_t rows) {
  if (state_->column.type == ColumnType::kNumeric) {
    state_->column.numbers.reserve(rows);
  } else {
    state_->column.codes.reserve(rows);
  }
}

void ArrowColumnBuilder::State::AddMissing() {
  if (column.type == ColumnType::kNumeric) {
    column.numbers.push_back(std::numeric_limits<double>::quiet_NaN());
  } else {
    column.codes.push_back(Column::kMissingCode);
  }
}

Result<int32_t> ArrowColumnBuilder::State::CodeOf(std::string_view text) {
  if (text.empty()) return Column::kMissingCode;
  // Ids are hardly ever the same: to look for them would take most of the time.
  const auto found = is_id ? codes.end() : codes.find(text);
  if (found != codes.end()) return found->second;
  if (!IsUtf8(text)) return Fail(ErrorCode::kInvalidArgument, "text that is not UTF-8");
  const auto code = static_cast<int32_t>(column.vocabulary.size());
  column.vocabulary.emplace_back(text);
  if (!is_id) codes.emplace(text, code);
  return code;
}

/// A value that is not null.
Status ArrowColumnBuilder::State::AddValue(const ArrowCells& cells, int64_t row) {
  if (column.type == ColumnType::kNumeric) {
    cells.AppendNumbers(row, 1, column.numbers);
  } else {
    column.codes.push_back(FAIRLINE_TRY(CodeOf(FAIRLINE_TRY(cells.Text(row, scratch)))));
  }
  return {};
}

std::expected<void, ArrowCellFault> ArrowColumnBuilder::State::AppendPlain(const ArrowCells& cells,
                                                                           int64_t begin,
                                                                           int64_t count) {
  if (column.type == ColumnType::kNumeric) {
    cells.AppendNumbers(begin, count, column.numbers);
    return {};
  }
  for (int64_t row = begin; row < begin + count; ++row) {
    if (type.kind == Kind::kNull || cells.IsNull(row)) {
      AddMissing();
    } else if (Status added = AddValue(cells, row); !added) {
      return At(row, std::move(added.error().message));
    }
  }
  return {};
}

std::expected<void, ArrowCellFault> ArrowColumnBuilder::State::AppendIndexed(
    const ArrowCells& indexes, const ArrowCells& words, int64_t begin, int64_t count) {
  // A word is looked up once. Not in a dictionary of any size: a chunk may use few of its words.
  constexpr int64_t kMostKnownWords = 1 << 20;
  constexpr int32_t kUnknown = -2;
  const bool remember = column.type == ColumnType::kCategorical && words.size() <= kMostKnownWords;
  std::vector<int32_t> known(remember ? static_cast<size_t>(words.size()) : 0, kUnknown);
  for (int64_t row = begin; row < begin + count; ++row) {
    if (indexes.IsNull(row)) {
      AddMissing();
      continue;
    }
    const int64_t word = indexes.Integer(row);
    if (word < 0 || word >= words.size()) {
      return At(row, fmt::format("is damaged: entry {} of a dictionary of {}", word, words.size()));
    }
    int32_t* code = remember ? &known[static_cast<size_t>(word)] : nullptr;
    if (code != nullptr && *code != kUnknown) {
      column.codes.push_back(*code);
      continue;
    }
    if (type.kind == Kind::kNull || words.IsNull(word)) {
      AddMissing();
    } else if (Status added = AddValue(words, word); !added) {
      return At(row, std::move(added.error().message));
    }
    if (code != nullptr) *code = column.codes.back();
  }
  return {};
}

std::expected<void, ArrowCellFault> ArrowColumnBuilder::Append(const ArrowArray& array,
                                                               int64_t begin, int64_t count) {
  const auto cells = ArrowCells::Create(array, state_->index.value_or(state_->type));
  if (!cells) return At(begin, cells.error().message);
  if (!state_->index) return state_->AppendPlain(*cells, begin, count);
  if (array.dictionary == nullptr) return At(begin, "is damaged: its dictionary is not there");
  const auto words = ArrowCells::Create(*array.dictionary, state_->type);
  if (!words) return At(begin, words.error().message);
  return state_->AppendIndexed(*cells, *words, begin, count);
}

Column ArrowColumnBuilder::Take(std::string name) {
  Column taken = std::exchange(state_->column, Column{.type = state_->column.type});
  taken.name = std::move(name);
  state_->codes.clear();
  return taken;
}

}  // namespace fairline
