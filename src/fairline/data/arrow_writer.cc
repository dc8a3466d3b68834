#include "fairline/data/arrow_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "fairline/core/limits.h"
#include "fairline/data/arrow_library.h"
#include "fairline/data/arrow_rows.h"
#include "fairline/data/output_file.h"

namespace fairline {

struct ArrowWriter::State {
  State(std::string path_given, OutputFile output)
      : path(std::move(path_given)), file(std::move(output)), border{this, Write} {}
  ~State() {
    if (writer != nullptr) api->discard(writer);
  }

  static bool Write(void* host, const void* bytes, int64_t size) {
    auto* state = static_cast<State*>(host);
    const auto length = static_cast<size_t>(size);
    Status written = state->file.Write({static_cast<const char*>(bytes), length});
    if (written) return true;
    state->error = std::move(written).error();
    return false;
  }

  std::unexpected<Error> Explain(const FairlineArrowFault& fault) const {
    if (error) return std::unexpected(*error);
    const bool memory = fault.kind == kFairlineArrowTooLarge;
    return Fail(
        memory ? ErrorCode::kTooLarge : ErrorCode::kInternal,
        fmt::format("{}: cannot be written{}", path, memory ? ": it takes too much memory" : ""),
        fault.text);
  }

  std::string path;
  OutputFile file;
  FairlineArrowOutput border;
  std::optional<Error> error;  // of the last write to the file
  TableSchema columns;
  const FairlineArrowApi* api = nullptr;
  void* writer = nullptr;
  std::optional<std::string> digest;  // once finished
};

ArrowWriter::ArrowWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ArrowWriter::ArrowWriter(ArrowWriter&&) noexcept = default;
ArrowWriter& ArrowWriter::operator=(ArrowWriter&&) noexcept = default;
ArrowWriter::~ArrowWriter() = default;

Result<ArrowWriter> ArrowWriter::Create(const std::string& path, FileFormat format,
                                        const TableSchema& columns) {
  const FairlineArrowApi* api = FAIRLINE_TRY(ArrowApi());
  auto state = std::make_unique<State>(path, FAIRLINE_TRY(OutputFile::Create(path)));
  state->api = api;
  state->columns = columns;
  const FairlineArrowLayout layout = format == FileFormat::kParquet      ? kFairlineParquet
                                     : state->file.is_written_straight() ? kFairlineArrowStream
                                                                         : kFairlineArrowFile;
  ArrowOwned<ArrowSchema> schema;
  ExportSchema(columns, schema.Renew());
  FairlineArrowFault fault{};
  state->writer = api->create(&state->border, layout, schema.Lend(), &fault);
  if (state->writer == nullptr) return state->Explain(fault);
  return ArrowWriter(std::move(state));
}

Status ArrowWriter::Append(const Table& rows) {
  for (size_t begin = 0; begin < rows.rows(); begin += limits::kBatchChunkRows) {
    const size_t count = std::min(limits::kBatchChunkRows, rows.rows() - begin);
    ArrowOwned<ArrowArray> batch;
    FAIRLINE_TRY(ExportRows(rows, state_->columns, begin, count, batch.Renew()));
    FairlineArrowFault fault{};
    if (!state_->api->write(state_->writer, batch.Lend(), &fault)) return state_->Explain(fault);
  }
  return {};
}

Result<std::string> ArrowWriter::Finish() {
  FairlineArrowFault fault{};
  if (!state_->api->finish(state_->writer, &fault)) return state_->Explain(fault);
  state_->digest = FAIRLINE_TRY(state_->file.Finish());
  return *state_->digest;
}

Status ArrowWriter::Commit() {
  if (!state_->digest) FAIRLINE_TRY(Finish());
  return state_->file.Commit();
}

}  // namespace fairline
