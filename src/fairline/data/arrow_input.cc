#include "fairline/data/arrow_input.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "fairline/core/limits.h"

namespace fairline {
namespace {

constexpr std::string_view kParquetMagic = "PAR1", kEncryptedMagic = "PARE";
constexpr std::string_view kArrowMagic = "ARROW1";
constexpr std::string_view kStreamMagic = "\xff\xff\xff\xff";
constexpr size_t kMagicBytes = 8;  // the longest, filled up to the place of the first message
constexpr int64_t kPipe = -1;

/// What reading may take: in proportion to the file, so that a small one cannot claim all there is.
int64_t MemoryFor(int64_t size) {
  constexpr auto kMost = static_cast<int64_t>(limits::kArrowMemoryBytes);
  constexpr int64_t kLeast = int64_t{256} << 20, kTimesTheFile = 1000;
  if (size == kPipe || size > kMost / kTimesTheFile) return kMost;
  return std::min(kMost, kLeast + size * kTimesTheFile);
}

/// What a file seems to be by its first bytes.
std::string_view Guess(std::string_view beginning) {
  if (beginning.starts_with(kParquetMagic)) return "a Parquet file";
  if (beginning.starts_with(kArrowMagic)) return "an Arrow file";
  if (beginning.starts_with(kStreamMagic)) return "an Arrow stream";
  if (beginning.starts_with("FEA1")) return "a Feather file of version 1, which is not supported";
  if (beginning.starts_with("\x1f\x8b")) return "gzip; unpack it first";
  if (beginning.starts_with("PK\x03\x04")) return "a zip archive; unpack it first";
  if (beginning.starts_with("\x28\xb5\x2f\xfd")) return "zstd; unpack it first";
  const bool text = std::ranges::all_of(
      beginning, [](unsigned char c) { return c >= 0x20 || c == '\t' || c == '\r' || c == '\n'; });
  return text ? "text, perhaps CSV" : "something else";
}

std::unexpected<Error> IsNot(const std::string& name, std::string_view what,
                             std::string_view beginning) {
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("{}: is not {}; it seems to be {}", name, what, Guess(beginning)));
}

std::unexpected<Error> CannotRead(const std::string& name, std::string_view verb) {
  const ErrorCode code = errno == ENOENT   ? ErrorCode::kNotFound
                         : errno == EACCES ? ErrorCode::kPermissionDenied
                                           : ErrorCode::kUnavailable;
  return Fail(code, fmt::format("{}: cannot be {}: {}", name, verb, std::strerror(errno)));
}

}  // namespace

Result<std::unique_ptr<ArrowInput>> ArrowInput::Open(const std::string& path, FileFormat format) {
  const bool standard = path == "-";
  const std::string name = standard ? "standard input" : path;
  struct stat status{};
  // Before it is opened, which for a pipe would wait for somebody to write.
  if ((standard ? fstat(STDIN_FILENO, &status) : stat(path.c_str(), &status)) != 0) {
    return CannotRead(name, "opened");
  }
  if (S_ISDIR(status.st_mode)) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: is a folder; name the file in it", name));
  }
  if (!S_ISREG(status.st_mode) && format == FileFormat::kParquet) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: is a pipe, and Parquet is read from its end: save it as a file "
                            "first, or send an Arrow stream",
                            name));
  }
  const int descriptor = standard ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return CannotRead(name, "opened");
  std::unique_ptr<ArrowInput> input(new ArrowInput(descriptor, name));
  const int64_t size = S_ISREG(status.st_mode) ? status.st_size : kPipe;
  input->border_ = {input.get(), size, MemoryFor(size), ReadForPlugin};
  FAIRLINE_TRY(input->Look(format));
  return input;
}

ArrowInput::~ArrowInput() { close(descriptor_); }

Status ArrowInput::Look(FileFormat format) {
  std::array<char, kMagicBytes> bytes;
  const bool pipe = border_.size == kPipe;
  const size_t count = FAIRLINE_TRY(pipe ? ReadOn(bytes.data(), bytes.size())
                                         : ReadAt(0, bytes.data(), bytes.size()));
  const std::string_view beginning(bytes.data(), count);
  if (beginning.empty()) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("{}: is empty: it has 0 bytes", name_));
  }
  if (format == FileFormat::kParquet) return LookAtParquet(beginning);
  if (beginning.starts_with(kArrowMagic)) {
    // A file is a stream behind eight bytes, with a footer: so it can come from a pipe, too.
    layout_ = pipe ? kFairlineArrowStream : kFairlineArrowFile;
    return {};
  }
  layout_ = kFairlineArrowStream;
  looked_at_ = pipe ? beginning : "";
  if (!beginning.starts_with(kStreamMagic)) return IsNot(name_, "an Arrow file", beginning);
  return {};
}

Status ArrowInput::LookAtParquet(std::string_view beginning) const {
  if (beginning.starts_with(kEncryptedMagic)) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: is encrypted, which is not supported", name_));
  }
  if (!beginning.starts_with(kParquetMagic)) return IsNot(name_, "a Parquet file", beginning);
  std::array<char, kParquetMagic.size()> end{};
  const auto size = static_cast<int64_t>(end.size());
  FAIRLINE_TRY(ReadAt(std::max<int64_t>(0, border_.size - size), end.data(), end.size()));
  if (std::string_view(end.data(), end.size()) == kParquetMagic && border_.size > 3 * size) {
    return {};
  }
  return Fail(
      ErrorCode::kInvalidArgument,
      fmt::format("{}: begins as a Parquet file but does not end as one: it seems to be cut "
                  "off after {} bytes",
                  name_, border_.size));
}

Result<size_t> ArrowInput::ReadAt(int64_t offset, char* buffer, size_t size) const {
  size_t count = 0;
  while (count < size) {
    const ssize_t read =
        pread(descriptor_, buffer + count, size - count, offset + static_cast<off_t>(count));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return CannotRead(name_, "read");
    if (read == 0) break;
    count += static_cast<size_t>(read);
  }
  return count;
}

Result<size_t> ArrowInput::ReadOn(char* buffer, size_t size) {
  size_t count = std::min(size, looked_at_.size());
  std::memcpy(buffer, looked_at_.data(), count);
  looked_at_.erase(0, count);
  const size_t fresh = count;
  while (count < size) {
    const ssize_t got = read(descriptor_, buffer + count, size - count);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return CannotRead(name_, "read");
    if (got == 0) break;
    count += static_cast<size_t>(got);
  }
  digest_.Update({buffer + fresh, count - fresh});
  return count;
}

int64_t ArrowInput::ReadForPlugin(void* host, int64_t offset, void* buffer, int64_t size) {
  auto* input = static_cast<ArrowInput*>(host);
  auto* bytes = static_cast<char*>(buffer);
  const auto wanted = static_cast<size_t>(size);
  auto count = input->border_.size == kPipe ? input->ReadOn(bytes, wanted)
                                            : input->ReadAt(offset, bytes, wanted);
  if (count) return static_cast<int64_t>(*count);
  input->error_ = std::move(count).error();
  return -1;
}

Result<std::string> ArrowInput::Sha256Hex() const {
  if (border_.size == kPipe) return digest_.Hex();
  Sha256 digest;
  std::vector<char> block(1 << 20);
  for (int64_t offset = 0;;) {
    const size_t count = FAIRLINE_TRY(ReadAt(offset, block.data(), block.size()));
    if (count == 0) return digest.Hex();
    digest.Update({block.data(), count});
    offset += static_cast<int64_t>(count);
  }
}

}  // namespace fairline
