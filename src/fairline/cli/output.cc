// SIGPIPE is ignored by main.cc, so a closed pipe shows up here as EPIPE.
#include "fairline/cli/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace fairline {
namespace {

bool colour_allowed = true;
bool stdout_closed = false;

bool ColourOn(int descriptor) {
  if (!colour_allowed || isatty(descriptor) == 0) return false;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* terminal = std::getenv("TERM");
  return terminal == nullptr || std::string_view(terminal) != "dumb";
}

std::string_view StartOf(Style style) {
  switch (style) {
    case Style::kError:
    case Style::kBad:
      return "\x1b[31m";
    case Style::kHint:
      return "\x1b[36m";
    case Style::kGood:
      return "\x1b[32m";
    case Style::kStrong:
      return "\x1b[1m";
    case Style::kFaint:
      return "\x1b[2m";
  }
  return "";
}

std::string PaintFor(int descriptor, Style style, std::string_view text) {
  if (!ColourOn(descriptor)) return std::string(text);
  return std::string(StartOf(style)) + std::string(text) + "\x1b[0m";
}

/// Keeps the reason of a failed write before a later call overwrites errno.
void NoteFailedWrite() { stdout_closed = stdout_closed || errno == EPIPE; }

}  // namespace

void DisableColour() { colour_allowed = false; }
std::string Paint(Style style, std::string_view text) {
  return PaintFor(STDERR_FILENO, style, text);
}
std::string PaintOut(Style style, std::string_view text) {
  return PaintFor(STDOUT_FILENO, style, text);
}

void Print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) NoteFailedWrite();
}

Status FlushOutput() {
  if (std::fflush(stdout) != 0) NoteFailedWrite();
  if (std::ferror(stdout) == 0 || stdout_closed) return {};
  return Fail(ErrorCode::kUnavailable, "the output could not be written: is the disk full?");
}

bool IsClosedPipe(const Error& error) {
  return error.code == ErrorCode::kUnavailable &&
         error.message.ends_with(std::generic_category().message(EPIPE));
}

void PrintNote(std::string_view text) {
  // What was printed before must also be seen before.
  if (std::fflush(stdout) != 0) NoteFailedWrite();
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

bool StderrIsTerminal() { return isatty(STDERR_FILENO) != 0; }

}  // namespace fairline
