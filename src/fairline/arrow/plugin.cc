// The plug-in's border (data/arrow_plugin.h): what is fallible inside becomes a fault in the
// caller's memory here, exceptions included.
#include <arrow/c/bridge.h>
#include <arrow/memory_pool.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "fairline/arrow/host_stream.h"
#include "fairline/arrow/row_sink.h"
#include "fairline/arrow/row_source.h"
#include "fairline/core/limits.h"
#include "fairline/data/arrow_plugin.h"

namespace fairline {
namespace {

/// Memory of one reader or writer, counted and limited. malloc, so that sanitizers watch it.
struct Memory {
  explicit Memory(int64_t most_bytes) : limited(&counted, most_bytes) {}

  arrow::ProxyMemoryPool counted{arrow::system_memory_pool()};
  arrow::CappedMemoryPool limited;
};

struct Reader {
  explicit Reader(const FairlineArrowInput& given)
      : memory(given.memory_bytes), input(std::make_shared<HostInput>(given, &memory.limited)) {}

  Memory memory;
  std::shared_ptr<HostInput> input;
  std::unique_ptr<RowSource> source;
};

struct Writer {
  explicit Writer(const FairlineArrowOutput& given) : output(std::make_shared<HostOutput>(given)) {}
  ~Writer() { output->Cut(); }

  Memory memory{static_cast<int64_t>(limits::kArrowMemoryBytes)};
  std::shared_ptr<HostOutput> output;
  std::shared_ptr<arrow::Schema> schema;
  std::unique_ptr<RowSink> sink;
};

void Fill(const arrow::Status& status, bool host_failed, FairlineArrowFault* fault) {
  fault->kind = host_failed                                          ? kFairlineArrowHost
                : status.IsOutOfMemory() || status.IsCapacityError() ? kFairlineArrowTooLarge
                : status.IsNotImplemented()                          ? kFairlineArrowUnsupported
                                                                     : kFairlineArrowDamaged;
  const std::string& text = status.message();
  const size_t size = std::min(text.size(), sizeof fault->text - 1);
  std::memcpy(fault->text, text.data(), size);
  fault->text[size] = 0;
}

/// What an exception of Arrow's would have said as a status.
template <typename Function>
arrow::Status Catch(Function&& function) {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return arrow::Status::OutOfMemory("no memory");
  } catch (const std::exception& error) {
    return arrow::Status::Invalid(error.what());
  } catch (...) {
    return arrow::Status::Invalid("an unknown failure");
  }
}

template <typename Function>
bool Read(Reader* reader, FairlineArrowFault* fault, Function&& function) {
  const arrow::Status status = Catch(function);
  if (status.ok()) return true;
  fault->group = reader->source ? reader->source->group() : 0;
  fault->column = reader->source ? reader->source->failed_column() : -1;
  Fill(status, reader->input->failed(), fault);
  return false;
}

template <typename Function>
bool Write(Writer* writer, FairlineArrowFault* fault, Function&& function) {
  const arrow::Status status = Catch(function);
  if (status.ok()) return true;
  fault->group = 0;
  fault->column = -1;
  Fill(status, writer->output->failed(), fault);
  return false;
}

void* Open(const FairlineArrowInput* input, FairlineArrowLayout layout, ArrowSchema* schema,
           int64_t* rows, FairlineArrowFault* fault) {
  auto reader = std::make_unique<Reader>(*input);
  const bool opened = Read(reader.get(), fault, [&]() -> arrow::Status {
    arrow::MemoryPool* pool = &reader->memory.limited;
    ARROW_ASSIGN_OR_RAISE(reader->source,
                          layout == kFairlineParquet
                              ? OpenParquetSource(reader->input, pool)
                              : OpenIpcSource(reader->input, layout == kFairlineArrowFile, pool));
    *rows = reader->source->rows();
    return arrow::ExportSchema(*reader->source->schema(), schema);
  });
  return opened ? reader.release() : nullptr;
}

bool Select(void* handle, const int32_t* columns, size_t count, FairlineArrowFault* fault) {
  auto* reader = static_cast<Reader*>(handle);
  return Read(reader, fault, [&] { return reader->source->Select({columns, columns + count}); });
}

bool Next(void* handle, ArrowArray* rows, int32_t* group, FairlineArrowFault* fault) {
  auto* reader = static_cast<Reader*>(handle);
  return Read(reader, fault, [&]() -> arrow::Status {
    *rows = {};
    ARROW_ASSIGN_OR_RAISE(const auto batch, reader->source->Next());
    if (batch == nullptr) return arrow::Status::OK();
    *group = reader->source->group();
    return arrow::ExportRecordBatch(*batch, rows);
  });
}

void Close(void* handle) { delete static_cast<Reader*>(handle); }

void* Create(const FairlineArrowOutput* output, FairlineArrowLayout layout, ArrowSchema* schema,
             FairlineArrowFault* fault) {
  auto writer = std::make_unique<Writer>(*output);
  const bool created = Write(writer.get(), fault, [&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(writer->schema, arrow::ImportSchema(schema));
    ARROW_ASSIGN_OR_RAISE(writer->sink, CreateRowSink(writer->output, layout, writer->schema,
                                                      &writer->memory.limited));
    return arrow::Status::OK();
  });
  return created ? writer.release() : nullptr;
}

bool WriteRows(void* handle, ArrowArray* rows, FairlineArrowFault* fault) {
  auto* writer = static_cast<Writer*>(handle);
  return Write(writer, fault, [&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto batch, arrow::ImportRecordBatch(rows, writer->schema));
    return writer->sink->Write(batch);
  });
}

bool Finish(void* handle, FairlineArrowFault* fault) {
  auto* writer = static_cast<Writer*>(handle);
  return Write(writer, fault, [&] { return writer->sink->Finish(); });
}

void Discard(void* handle) { delete static_cast<Writer*>(handle); }

constexpr FairlineArrowApi kApi = {
    kFairlineArrowBorder, Open, Select, Next, Close, Create, WriteRows, Finish, Discard};

}  // namespace
}  // namespace fairline

__attribute__((visibility("default"))) const FairlineArrowApi* fairline_arrow_api_1() {
  return &fairline::kApi;
}
