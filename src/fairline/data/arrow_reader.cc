#include "fairline/data/arrow_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "fairline/core/limits.h"
#include "fairline/core/utf8.h"
#include "fairline/data/arrow_abi.h"
#include "fairline/data/arrow_columns.h"
#include "fairline/data/arrow_input.h"
#include "fairline/data/arrow_library.h"

namespace fairline {
namespace {

/// The plug-in's words come from Arrow and may quote the file.
std::string Printable(std::string_view text) {
  std::string printable(text);
  std::ranges::replace_if(printable, [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '?');
  return printable;
}

}  // namespace

struct ArrowReader::State {
  static constexpr int32_t kTwice = -1;

  struct Wanted {
    int32_t position;  // in the file
    size_t child;      // in a batch
    ArrowColumnBuilder builder;
  };

  ~State() {
    batch.Release();  // before the memory it lies in
    if (reader != nullptr) api->close(reader);
  }

  Status Start();
  Status Want(const std::vector<ArrowColumn>& chosen);
  Result<int32_t> Find(const std::string& name) const;
  size_t Expected(size_t max_rows) const;
  Result<bool> NextBatch();
  Status Take(int64_t count);
  std::string Place(int32_t group, int32_t column) const;
  std::unexpected<Error> Explain(const FairlineArrowFault& fault) const;

  std::unique_ptr<ArrowInput> input;
  FileFormat format = FileFormat::kParquet;
  const FairlineArrowApi* api = nullptr;
  void* reader = nullptr;
  ArrowOwned<ArrowSchema> schema;
  int64_t rows = -1;
  std::vector<std::string> columns;
  std::unordered_map<std::string_view, int32_t> positions;  // of the columns; kTwice

  std::vector<Wanted> wanted;
  bool selected = false;
  bool ended = false;
  ArrowOwned<ArrowArray> batch;
  int64_t position = 0;  // of the next row in the batch
  int32_t group = 0;     // where the batch is from
  int64_t row = 0;       // of the file, from 0
};

ArrowReader::ArrowReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ArrowReader::ArrowReader(ArrowReader&&) noexcept = default;
ArrowReader& ArrowReader::operator=(ArrowReader&&) noexcept = default;
ArrowReader::~ArrowReader() = default;

std::string ArrowReader::State::Place(int32_t group_number, int32_t column) const {
  std::string place;
  if (group_number > 0) {
    place = fmt::format("{} {}: ", format == FileFormat::kParquet ? "row group" : "record batch",
                        group_number);
  }
  if (column >= 0 && static_cast<size_t>(column) < columns.size()) {
    place += fmt::format("column {}: ", columns[static_cast<size_t>(column)]);
  }
  return place;
}

std::unexpected<Error> ArrowReader::State::Explain(const FairlineArrowFault& fault) const {
  if (fault.kind == kFairlineArrowHost && input->error()) return std::unexpected(*input->error());
  const std::string place = input->name() + ": " + Place(fault.group, fault.column);
  const std::string words = Printable(fault.text);
  switch (fault.kind) {
    case kFairlineArrowUnsupported:
      return Fail(
          ErrorCode::kUnsupported,
          fmt::format("{}uses a part of the format that is not supported: {}", place, words));
    case kFairlineArrowTooLarge:
      return Fail(ErrorCode::kTooLarge,
                  fmt::format("{}takes more than {} MB of memory to read, too much for a file of "
                              "its size; write it with smaller pages or batches",
                              place, input->border()->memory_bytes >> 20),
                  words);
    default:
      return Fail(ErrorCode::kInvalidArgument, fmt::format("{}is damaged: {}", place, words));
  }
}

Result<ArrowReader> ArrowReader::Open(const std::string& path, FileFormat format) {
  auto state = std::make_unique<State>();
  state->input = FAIRLINE_TRY(ArrowInput::Open(path, format));
  state->format = format;
  state->api = FAIRLINE_TRY(ArrowApi());
  FAIRLINE_TRY(state->Start());
  return ArrowReader(std::move(state));
}

Status ArrowReader::State::Start() {
  FairlineArrowFault fault{};
  reader = api->open(input->border(), input->layout(), schema.Renew(), &rows, &fault);
  if (reader == nullptr) return Explain(fault);
  if (schema->n_children > static_cast<int64_t>(limits::kColumns)) {
    return Fail(ErrorCode::kTooLarge,
                fmt::format("{}: has {} columns, more than the limit of {}", input->name(),
                            schema->n_children, limits::kColumns));
  }
  for (int64_t i = 0; i < schema->n_children; ++i) {
    const char* name = schema->children[i]->name;
    columns.emplace_back(name == nullptr ? "" : name);
    if (!IsUtf8(columns.back())) {
      return Fail(ErrorCode::kInvalidArgument,
                  fmt::format("{}: the name of column {} is not UTF-8", input->name(), i + 1));
    }
  }
  for (const std::string& name : columns) {
    const auto next = static_cast<int32_t>(&name - columns.data());
    const auto [place, is_new] = positions.emplace(name, next);
    if (!is_new) place->second = kTwice;
  }
  return {};
}

Result<int32_t> ArrowReader::State::Find(const std::string& name) const {
  const auto found = positions.find(name);
  if (found != positions.end() && found->second != kTwice) return found->second;
  const bool absent = found == positions.end();
  return Fail(ErrorCode::kInvalidArgument, fmt::format("{}: has {} {}", input->name(),
                                                       absent ? "no column" : "two columns", name));
}

Status ArrowReader::State::Want(const std::vector<ArrowColumn>& chosen) {
  wanted.clear();
  for (const ArrowColumn& column : chosen) {
    const int32_t position = FAIRLINE_TRY(Find(column.name));
    auto builder = ArrowColumnBuilder::Create(*schema->children[position], column.is_id);
    if (!builder) {
      return Fail(
          ErrorCode::kInvalidArgument,
          fmt::format("{}: column {}: {}, which is not supported; write the file without it",
                      input->name(), column.name, builder.error().message));
    }
    wanted.push_back({position, 0, *std::move(builder)});
  }
  std::vector<int32_t> ascending;
  for (const Wanted& each : wanted) ascending.push_back(each.position);
  std::ranges::sort(ascending);
  for (Wanted& each : wanted) {
    each.child =
        static_cast<size_t>(std::ranges::lower_bound(ascending, each.position) - ascending.begin());
  }
  FairlineArrowFault fault{};
  if (!api->select(reader, ascending.data(), ascending.size(), &fault)) return Explain(fault);
  selected = true;
  return {};
}

/// How many rows the next table has: at most so many, where the format says.
size_t ArrowReader::State::Expected(size_t max_rows) const {
  const auto most = rows < 0 ? limits::kBatchChunkRows : static_cast<size_t>(rows - row);
  return std::min(max_rows, most);
}

/// False at the end.
Result<bool> ArrowReader::State::NextBatch() {
  position = 0;
  do {
    FairlineArrowFault fault{};
    if (!api->next(reader, batch.Renew(), &group, &fault)) return Explain(fault);
    if (batch.empty()) return false;
    if (batch->n_children < static_cast<int64_t>(wanted.size())) {
      return Fail(ErrorCode::kInternal, input->name() + ": lost a column");
    }
  } while (batch->length == 0);
  return true;
}

/// Moves the next rows of the batch into the columns.
Status ArrowReader::State::Take(int64_t count) {
  for (Wanted& column : wanted) {
    const ArrowArray& values = *batch->children[column.child];
    const int64_t begin = batch->offset + position;
    const auto taken = column.builder.Append(values, begin, count);
    if (!taken) {
      return Fail(ErrorCode::kInvalidArgument,
                  fmt::format("{}: {}row {}: {}", input->name(), Place(group, column.position),
                              row + taken.error().row - begin + 1, taken.error().message));
    }
  }
  position += count;
  row += count;
  return {};
}

const std::string& ArrowReader::name() const { return state_->input->name(); }

const std::vector<std::string>& ArrowReader::columns() const { return state_->columns; }

std::optional<int64_t> ArrowReader::row_count() const {
  return state_->rows < 0 ? std::nullopt : std::optional(state_->rows);
}

Status ArrowReader::Select(const std::vector<ArrowColumn>& columns) {
  return state_->Want(columns);
}

Result<Table> ArrowReader::Next(size_t max_rows) {
  if (!state_->selected) {
    std::vector<ArrowColumn> all;
    for (const std::string& name : state_->columns) all.push_back({name});
    FAIRLINE_TRY(state_->Want(all));
  }
  for (State::Wanted& column : state_->wanted) column.builder.Reserve(state_->Expected(max_rows));
  for (size_t rows = 0; rows < max_rows;) {
    if (state_->batch.empty() || state_->position == state_->batch->length) {
      state_->ended = state_->ended || !FAIRLINE_TRY(state_->NextBatch());
      if (state_->ended) break;
    }
    const auto left = static_cast<size_t>(state_->batch->length - state_->position);
    const size_t count = std::min(left, max_rows - rows);
    FAIRLINE_TRY(state_->Take(static_cast<int64_t>(count)));
    rows += count;
  }
  std::vector<Column> columns;
  for (State::Wanted& column : state_->wanted) {
    columns.push_back(column.builder.Take(state_->columns[static_cast<size_t>(column.position)]));
  }
  return Table(std::move(columns));
}

Result<std::string> ArrowReader::Sha256() const { return state_->input->Sha256Hex(); }

}  // namespace fairline
